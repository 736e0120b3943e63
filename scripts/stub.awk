# stub.awk: makes the students' file of a solution. Between "//[stub" and "//]" stands what they get, behind "//";
# between "//]" and "//[end]" what they are to write. Everything else is in both.
/^\/\/\[stub$/ { part = "stub"; next }
/^\/\/\]$/ { if (part != "stub") bad("//]"); part = "solution"; next }
/^\/\/\[end\]$/ { if (part != "solution") bad("//[end]"); part = ""; next }
part == "stub" { if ($0 !~ /^\/\//) bad("a line without //"); print substr($0, 3); next }
part == "" { print }
function bad(what) { printf "%s:%d: %s is out of place\n", FILENAME, FNR, what > "/dev/stderr"; failed = 1; exit 1 }
END { if (!failed && part != "") { printf "%s: ends within //[stub ... //[end]\n", FILENAME > "/dev/stderr"; exit 1 } }
