# yours.awk: `make yours`: the functions that are still to be written, from headings and todo() lines of the files.
# A heading is "// ---- TITLE: part N, P points: PAGE ----"; one without points belongs to the last of its part.
function points_text(p) { return p == "" ? "" : p == 1 ? "1 point" : p " points" }
/^\/\/ ---- .*: part [0-9]/ || /^\/\/ ---- part [0-9]/ {
    part = points = page = ""
    if (match($0, /part [0-9]+/)) part = substr($0, RSTART + 5, RLENGTH - 5)
    if (match($0, /[0-9]+ points/)) points = substr($0, RSTART, RLENGTH - 7)
    if (match($0, /docs\/en\/[a-z0-9_]+\.md/)) page = substr($0, RSTART, RLENGTH)
}
/^[a-z].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
/^ *todo\([0-9]+\);/ {
    left++
    printf "part %s  %-18s %-10s %s:%d  %s\n", part, name, points_text(points), FILENAME, FNR, page | "sort -s -k2,2n"
    points = ""  # of the whole heading: told once
}
END {
    close("sort -s -k2,2n")
    if (left) print left " functions are left to write; `make check PART=n` checks one part"
    else print "nothing is left to write: `make check`"
}
