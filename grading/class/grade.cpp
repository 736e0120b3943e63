// [given] grade.cpp: `bin/grade`: grades a class.
int main() { return 0; }
