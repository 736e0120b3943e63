// [given] intake.h: what was handed in: which student it is of, which of its files count, whether they can be read.
#ifndef NN_INTAKE_H
#define NN_INTAKE_H

#include <string>
#include <vector>

// ---- manifest: a path a line, "?" before it if it may be missing, # begins a comment ---------------------
struct student_file_t {
    std::string name;  // "src/nn.cu"; no two end in the same file name
    bool required;
};
std::vector<student_file_t> manifest_read(const std::string &path);

// ---- one submission: a folder, or an archive (.zip, .tar, .tar.gz), which is unpacked in memory only -------------
struct intake_file_t {
    std::string name, text;  // name as in the manifest; text with LF line ends, without byte order mark
};
struct intake_t {
    std::vector<intake_file_t> files;
    std::vector<std::string> missing;  // required ones that are not among `files`
    std::vector<std::string> notes;    // what was chosen or converted
    std::vector<std::string> refused;  // sentences for the student: what is not accepted, and what to do
    std::vector<std::string> ignored;  // paths that are not the student's to hand in; only the first of many
};
// Finds the files by their names, in the folder itself or in folders of it. Of several the one beside the most others
// counts. An archive that cannot be trusted is refused as a whole, a file that is not text alone. Never dies.
intake_t intake_read(const std::string &path, const std::vector<student_file_t> *manifest);
void intake_write(const intake_t *intake, const std::string &tree);  // over what the tree has under these names

// ---- all submissions of a folder ---------------------------------------------------------------------------------
struct student_t {
    std::string id, name, email, git;
};
// CSV with the columns id, name, email and git; only id is needed. Dies of: bad rows, an id twice.
std::vector<student_t> roster_read(const std::string &path);

struct submission_t {
    std::string path;   // empty: this student of the roster has handed in nothing (there)
    student_t student;  // from the roster; else from the name of the file, as Moodle, Canvas or the student gave it
    std::string id;     // the same, to be used as the name of a file; no two alike
    std::string note;   // "not in the roster", "second submission", ...
};
struct intake_list_t {
    std::vector<submission_t> submissions;  // in order of id
    std::vector<std::string> ignored;       // what is neither a folder nor an archive
};
intake_list_t intake_list(const std::string &folder, const std::vector<student_t> *roster);

std::string safe_name(const std::string &text);      // fit to be a file's name; letters of any language stay
student_t student_of(const std::string &file_name);  // what the name of a folder or an archive tells

#endif
