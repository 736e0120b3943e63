// tests/grade/test_sandbox.cpp: hostile programs in the sandbox: what they try, and what becomes of them.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../grading/class/sandbox.h"
#include "../helpers.h"

static const size_t MB = 1 << 20;

// Why there is no sandbox here; "" where there is one.
static const std::string &no_sandbox_here(void)
{
    static const std::string why = [] {
        sandbox_t s = sandbox_make();
        return sandbox_probe(&s);
    }();
#ifdef __SANITIZE_ADDRESS__
    MESSAGE("skipped: with this sanitizer a process needs more memory than the limits give");
    static const std::string sanitized = "sanitized";
    return sanitized;
#endif
    if (why.empty()) return why;
    MESSAGE("skipped: " << why);
    // Not a reason to skip: bubblewrap alone works, and ours does not.
    CHECK(shell("bwrap --unshare-all --unshare-user --ro-bind / / --proc /proc true").status != 0);
    return why;
}

#define NEEDS_SANDBOX                                                                                                  \
    if (!no_sandbox_here().empty()) return

static const std::string &attacks(void)  // the folder of the compiled program
{
    static const folder_t f;
    static const bool made = [] {
        ended_t e = shell("chmod 755 " + f.path + " && ${CXX:-g++} -std=c++17 -O1 tests/grade/attacks/attack.cpp -o " +
                          f.file("attack"));
        if (e.status != 0) FAIL("attack.cpp: " << e.err);
        return true;
    }();
    (void)made;
    return f.path;
}

static sandbox_t small(double wall_s = 5)
{
    sandbox_t s = sandbox_make();
    s.binds = {{attacks(), "/sub"}};
    s.wall_s = wall_s;
    s.cpu_s = 20;
    s.memory = 256 * MB;
    s.disk = s.file = 16 * MB;
    s.results = {{"r", 100}};
    return s;
}

static ran_t attack(const sandbox_t *s, const std::vector<std::string> &words)
{
    std::vector<std::string> command = {"/sub/attack"};
    command.insert(command.end(), words.begin(), words.end());
    ran_t r = sandbox_run(s, command);
    CHECK(r.infrastructure == "");
    CHECK(r.no_sandbox == s->no_sandbox);
    return r;
}

static ran_t attack(const std::vector<std::string> &words)
{
    sandbox_t s = small();
    return attack(&s, words);
}

// Processes whose command line holds `marker`.
static int left_over(const std::string &marker)
{
    int n = 0;
    for (const auto &e : std::filesystem::directory_iterator("/proc")) {
        if (!isdigit(e.path().filename().string()[0])) continue;
        std::string line;
        FILE *in = fopen((e.path().string() + "/cmdline").c_str(), "r");
        for (int c; in && (c = fgetc(in)) != EOF;) line += c ? (char)c : ' ';
        if (in) fclose(in);
        n += contains(line, marker);
    }
    return n;
}

TEST_CASE("sandbox: an ordinary program, what it sees and what comes back")
{
    NEEDS_SANDBOX;
    sandbox_t s = small();
    s.env = {"COLOR=blue sky"};
    ran_t r = sandbox_run(&s, {"sh", "-c", "pwd; env | sort; echo oops >&2; printf answer >r; ls /; exit 3"});
    REQUIRE(r.infrastructure == "");
    CHECK(r.status == 3);
    CHECK(r.signal == 0);
    CHECK(r.ended == LIMIT_NONE);
    CHECK(r.out == "/out\nCOLOR=blue sky\nHOME=/out\nLANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\nPWD=/out\n"
                   "TMPDIR=/tmp\nbin\ndev\netc\nlib\n" +
                       std::string(exists("/lib32") ? "lib32\n" : "") + (exists("/lib64") ? "lib64\n" : "") +
                       (exists("/libx32") ? "libx32\n" : "") + "out\nproc\nsbin\nsub\ntmp\nusr\n");
    CHECK(r.err == "oops\n");
    CHECK(r.results[0].ok);
    CHECK(r.results[0].bytes == "answer");
    CHECK(r.wall_s > 0);
    CHECK(r.wall_s < 5);
    CHECK(!r.disk_full);
    CHECK(ran_text(&s, &r) == "ended with exit status 3");
    r = sandbox_run(&s, {"/sub/nothing"});
    CHECK(r.status == 127);
    CHECK(r.infrastructure == "");
    CHECK(r.results[0].problem == "missing");
    r = sandbox_run(&s, {"sh", "-c", "kill -SEGV $$"});
    CHECK(r.status == 128 + SIGSEGV);
    CHECK(r.signal == SIGSEGV);
    CHECK(contains(ran_text(&s, &r), "Segmentation fault"));
}

TEST_CASE("sandbox: what cannot be set up is nobody's fault but this machine's")
{
    sandbox_t s = sandbox_make();
    s.bwrap = "/nowhere/bwrap";
    CHECK(sandbox_probe(&s) ==
          "bubblewrap is not installed: no program /nowhere/bwrap\nhint: apt-get install bubblewrap");
    ran_t r = sandbox_run(&s, {"true"});
    CHECK(contains(r.infrastructure, "not installed"));
    CHECK(!r.no_sandbox);
    s.bwrap = "/bin/false";  // ends without having started anything
    CHECK(contains(sandbox_probe(&s), "\nhint: "));
    NEEDS_SANDBOX;
    CHECK(contains(sandbox_probe(&s), "the sandbox could not be set up"));
    s = small();
    s.binds.push_back({"/nowhere", "/data"});
    r = sandbox_run(&s, {"true"});
    CHECK(contains(r.infrastructure, "/nowhere: No such file or directory"));
    CHECK(r.results.size() == 1);
    s = small();
    s.binds.push_back({attacks(), "/proc/no"});  // bubblewrap itself fails
    r = sandbox_run(&s, {"true"});
    CHECK(contains(r.infrastructure, "the sandbox could not be set up"));
    // A program that prints bubblewrap's words and ends like it is judged as a program.
    s = small();
    r = sandbox_run(&s, {"sh", "-c", "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1"});
    CHECK(r.infrastructure == "");
    CHECK(r.status == 1);
}

TEST_CASE("sandbox: processes")
{
    NEEDS_SANDBOX;
    sandbox_t s = small();
    ran_t r = attack(&s, {"fork_bomb"});
    CHECK(r.ended == LIMIT_PROCESSES);
    CHECK(ran_text(&s, &r) == "stopped: more than 64 processes and threads at once");
    r = attack(&s, {"forks", "300"});
    CHECK(r.ended == LIMIT_PROCESSES);
    CHECK(atoi(r.out.c_str()) <= 72);
    r = attack(&s, {"forks", "40"});
    CHECK(r.ended == LIMIT_NONE);
    CHECK(r.status == 0);
    CHECK(r.out == "40 of 40\n");
    CHECK(left_over("/sub/attack") == 0);
}

TEST_CASE("sandbox: time")
{
    NEEDS_SANDBOX;
    sandbox_t s = small(0.4);
    ran_t r = attack(&s, {"sleep"});
    CHECK(r.ended == LIMIT_WALL);
    CHECK(r.wall_s >= 0.4);
    CHECK(r.wall_s < 5);
    CHECK(contains(ran_text(&s, &r), "the limit of time"));
    s.cpu_s = 0.3;
    s.wall_s = 10;
    r = attack(&s, {"loop"});
    CHECK(r.ended == LIMIT_CPU);
    CHECK(r.cpu_s >= 0.3);
    CHECK(r.cpu_s < 3);
    s.cpu_s = 0.6;  // together: none of them comes near it
    r = attack(&s, {"loops", "8"});
    CHECK(r.ended == LIMIT_CPU);
    CHECK(r.cpu_s < 6);
    CHECK(left_over("/sub/attack") == 0);
}

TEST_CASE("sandbox: memory")
{
    NEEDS_SANDBOX;
    sandbox_t s = small();
    ran_t r = attack(&s, {"malloc"});
    CHECK(r.out == "malloc: Cannot allocate memory\n");
    CHECK(r.status == 0);
    CHECK(attack(&s, {"reserve"}).out == "reserve: worked\n");  // what CUDA and the sanitizers do
    s.wall_s = 1;
    r = attack(&s, {"eaters", "2", "60"});
    CHECK(r.ended == LIMIT_WALL);  // 120 of 256 MB: they sleep until the end
    CHECK(r.memory > 110 * MB);
    CHECK(r.memory < 200 * MB);
    s.wall_s = 10;
    for (const char *what : {"eaters", "shared", "memfd", "tables"}) {
        CAPTURE(what);
        r = attack(&s, {what, "10", "60"});
        CHECK(r.ended == LIMIT_MEMORY);
        CHECK(r.memory > 256 * MB);
        CHECK(r.memory < 2048 * MB);
    }
    s.limit_data = false;
    r = attack(&s, {"malloc"});
    CHECK(r.ended == LIMIT_MEMORY);
    CHECK(contains(ran_text(&s, &r), "256 MB is the limit"));
}

TEST_CASE("sandbox: output")
{
    NEEDS_SANDBOX;
    sandbox_t s = small();
    s.output = 200000;
    s.keep = 1000;
    ran_t r = attack(&s, {"print"});
    CHECK(r.ended == LIMIT_OUTPUT);
    CHECK(r.wall_s < 4);
    CHECK(r.out.size() < 1100);
    size_t left_out = r.out.find("\n... ");
    REQUIRE(left_out != std::string::npos);
    CHECK(atoi(r.out.c_str() + left_out + 5) < 400000);
    r = sandbox_run(&s, {"sh", "-c", "echo begin; seq 10000; echo end; seq 20000 20002 >&2"});
    CHECK(r.ended == LIMIT_NONE);
    CHECK(r.out.substr(0, 10) == "begin\n1\n2\n");
    CHECK(r.out.substr(r.out.size() - 10) == "10000\nend\n");
    CHECK(contains(r.out, "\n... 47904 bytes left out ...\n"));
    CHECK(r.err == "20000\n20001\n20002\n");
}

TEST_CASE("sandbox: files")
{
    NEEDS_SANDBOX;
    for (const char *dir : {"/tmp", "/dev/shm", "/out"}) {
        CAPTURE(dir);
        ran_t r = attack({"fill", dir});
        CHECK(atoi(r.out.c_str()) > 10);
        CHECK(atoi(r.out.c_str()) <= 16);
        CHECK(r.disk_full);
        r = attack({"files", dir});
        CHECK(atoi(r.out.c_str()) > 200);
        CHECK(atoi(r.out.c_str()) <= 256);
    }
    CHECK(attack({"fill", "/dev"}).out == "0 MB\n");
    sandbox_t s = small();
    s.file = MB;
    ran_t r = sandbox_run(&s, {"sh", "-c", "exec head -c 2000000 /dev/zero >/out/big"});
    CHECK(r.signal == SIGXFSZ);
    CHECK(contains(ran_text(&s, &r), "a file of more than 1 MB"));
    r = attack({"write", "/usr/x", "/etc/x", "/x", "/sub/x", "/sub/attack", "/dev/x", "/proc/x",
                "/proc/sys/kernel/core_pattern"});
    CHECK(!contains(r.out, "worked"));
    CHECK(!exists(attacks() + "/x"));
}

TEST_CASE("sandbox: nothing of the outside can be read")
{
    NEEDS_SANDBOX;
    folder_t hidden;
    std::string secret = hidden.write("expected", "the secret answer");
    chmod(hidden.path.c_str(), 0755);
    setenv("GRADER_TOKEN", "the secret answer", 1);
    int leaked = open(secret.c_str(), O_RDONLY);  // without O_CLOEXEC
    REQUIRE(leaked >= 0);
    ran_t r = attack({"read", secret, "/etc/shadow", "/etc/passwd", "/root/.bashrc", "/home", "../../" + secret,
                      "/proc/1/root" + secret, "/proc/1/environ", "/proc/2/environ", "/proc/self/environ",
                      "/proc/1/cwd/" + secret, "/proc/self/fd/" + std::to_string(leaked), "/proc/1/mem"});
    CHECK(!contains(r.out, "secret"));
    CHECK(!contains(r.out, "GRADER"));
    CHECK(!contains(r.out, "root:"));
    for (const char *path : {"/etc/shadow", "/etc/passwd", "/root/.bashrc", "/home"})
        CHECK(contains(r.out, std::string(path) + ": -1\n"));
    CHECK(attack({"descriptors"}).out == "");
    close(leaked);
    unsetenv("GRADER_TOKEN");
}

TEST_CASE("sandbox: no network, no process of the outside, no privileges")
{
    NEEDS_SANDBOX;
    struct sockaddr_in in = {};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t n = sizeof in;
    int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(tcp, (struct sockaddr *)&in, n) == 0);
    REQUIRE(listen(tcp, 5) == 0);
    getsockname(tcp, (struct sockaddr *)&in, &n);
    std::string name = "nn-test-" + std::to_string(getpid());
    struct sockaddr_un un = {};
    un.sun_family = AF_UNIX;
    memcpy(un.sun_path + 1, name.data(), name.size());
    REQUIRE(bind(local, (struct sockaddr *)&un, offsetof(struct sockaddr_un, sun_path) + 1 + name.size()) == 0);
    REQUIRE(listen(local, 5) == 0);
    std::vector<std::string> words = {"connect", std::to_string(ntohs(in.sin_port)), name};
    CHECK(attack(words).out == "loopback: Connection refused\nabstract: Connection refused\n");
    close(tcp), close(local);

    ran_t r = attack({"signals", std::to_string(getpid())});
    CHECK(contains(r.out, "kill outside: No such process"));
    CHECK(contains(r.out, "ptrace outside: No such process"));
    r = attack({"privileges"});
    CHECK(r.status == 0);
    CHECK(!contains(r.out, "worked"));
}

TEST_CASE("sandbox: results that are not plain files are refused")
{
    NEEDS_SANDBOX;
    const char *expected[][2] = {{"symlink", "a link"},
                                 {"fifo", "not a file"},
                                 {"folder", "not a file"},
                                 {"hardlink", "a hard link"},
                                 {"large", "1000 bytes, larger than 100"}};
    for (auto &kind : expected) {
        CAPTURE(kind[0]);
        ran_t r = attack({"result", kind[0]});
        CHECK(!r.results[0].ok);
        CHECK(r.results[0].problem == kind[1]);
        CHECK(r.results[0].bytes == "");
    }
    CHECK(attack({"result", "plain"}).results[0].bytes == "result");
    CHECK(attack({"result", "setuid"}).results[0].bytes == "result");  // its bytes are taken, its rights are not
    ran_t r = attack({"result", "device"});
    CHECK(contains(r.out, "device: Operation not permitted"));
    r = attack({"result", "unreadable"});
    CHECK(r.results[0].bytes == "result");
    sandbox_t s = small();
    s.results = {{"../etc/passwd", 100000}, {"/etc/passwd", 100000}, {"..", 1}, {"", 1}};
    r = attack(&s, {"descriptors"});
    for (const result_file_t &result : r.results) CHECK(!result.ok);
}

TEST_CASE("sandbox: nothing outlives the run")
{
    NEEDS_SANDBOX;
    std::string marker = format("9%d.25", getpid());
    for (bool bare : {false, true}) {
        sandbox_t s = small();
        s.no_sandbox = bare;
        for (bool silent : {false, true}) {
            std::vector<std::string> words = {"daemon", marker};
            if (silent) words.push_back("silent");
            ran_t r = attack(&s, words);
            CHECK(r.status == 0);
            CHECK(r.wall_s < 4);
            CHECK(left_over(marker) == 0);
        }
    }
}

TEST_CASE("sandbox: a run dies with its caller, at whatever moment that is killed")
{
    NEEDS_SANDBOX;
    std::string marker = format("9%d.75", getpid());
    attacks();
    std::vector<int> moments = {300000};
    for (int ms = 0; ms < 24; ms++) moments.push_back(ms * 1000);
    for (int us : moments) {
        pid_t pid = fork();
        if (pid == 0) {
            sandbox_t s = small(60);
            sandbox_run(&s, {"sh", "-c", "sleep " + marker + " & sleep " + marker});
            _exit(0);
        }
        usleep(us);
        if (us == moments[0]) CHECK(left_over("sleep " + marker) > 1);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    for (int k = 0; k < 100 && left_over(marker) > 0; k++) usleep(20000);
    CHECK(left_over(marker) == 0);
}

TEST_CASE("sandbox: several runs at once do not meet")
{
    NEEDS_SANDBOX;
    std::vector<std::thread> threads;
    std::vector<ran_t> ran(6);
    for (int k = 0; k < 6; k++)
        threads.emplace_back([k, &ran] {
            sandbox_t s = sandbox_make();
            s.results = {{"r", 100}};
            s.wall_s = 10;
            ran[k] = sandbox_run(&s, {"sh", "-c", format("id -u; echo %d >r; sleep 0.3; cat r; ls /tmp", k)});
        });
    for (std::thread &t : threads) t.join();
    std::vector<std::string> uids;
    bool own_users = geteuid() == 0 && shell("setpriv --reuid=61001 true").status == 0;
    for (int k = 0; k < 6; k++) {
        REQUIRE(ran[k].infrastructure == "");
        CHECK(ran[k].results[0].bytes == format("%d\n", k));
        uids.push_back(ran[k].out.substr(0, ran[k].out.find('\n')));
        CHECK(ran[k].out == uids[k] + format("\n%d\n", k));
        if (own_users)
            for (int j = 0; j < k; j++) CHECK(uids[j] != uids[k]);
    }
}

TEST_CASE("sandbox: without one, only when asked, with limits, and marked")
{
    sandbox_t s = small();
    s.no_sandbox = true;
    s.env = {"WHERE=/sub/x", "OTHER=/submarine:/sub"};
    ran_t r = sandbox_run(
        &s, {"sh", "-c", "echo $1 $2 $3 $WHERE $OTHER; echo fine >r", "sh", "/sub", "-I/sub/a", "/usr/sub"});
    CHECK(r.infrastructure == "");
    CHECK(r.no_sandbox);
    std::string at = attacks();
    CHECK(r.out == at + " -I" + at + "/a /usr/sub " + at + "/x /submarine:" + at + "\n");
    CHECK(r.results[0].bytes == "fine\n");
    CHECK(attack(&s, {"descriptors"}).out == "");
    CHECK(attack(&s, {"malloc"}).out == "malloc: Cannot allocate memory\n");
    s.wall_s = 0.3;
    CHECK(attack(&s, {"sleep"}).ended == LIMIT_WALL);
    CHECK(sandbox_run(&s, {"/nowhere"}).status == 127);
    CHECK(left_over("attack sleep") == 0);
}

// Without a GPU, with made-up devices in a /dev that only this test sees.
TEST_CASE("sandbox: GPU devices are bound when asked for")
{
    NEEDS_SANDBOX;
    sandbox_t s = small();
    std::vector<std::string> command = {"sh", "-c",
                                        "ls /dev | grep nvidia; ls /sys | grep class; echo $CUDA_VISIBLE_DEVICES"};
    CHECK(sandbox_run(&s, command).out == "\n");
    if (geteuid() != 0 || shell("unshare -m true").status != 0) return;
    std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    ended_t e = shell("unshare -m sh -ec 'mount -t tmpfs none /mnt\ncp -a /dev/null /dev/zero /dev/full /dev/random "
                      "/dev/urandom /dev/tty /mnt\nmkdir /mnt/pts /mnt/shm /mnt/nvidia-caps\n"
                      "for d in nvidia0 nvidiactl nvidia-caps/nvidia-cap1; do mknod -m 666 /mnt/$d c 1 5; done\n"
                      "mount --bind /mnt /dev\nCUDA_VISIBLE_DEVICES=0 NN_TEST_GPU=1 " +
                      self + " --no-skip -tc=\"sandbox: made-up GPU devices\"' 2>&1");
    CHECK(e.status == 0);
    CHECK(contains(e.out, " 1 passed"));
    if (e.status != 0) MESSAGE(e.out);
}

TEST_CASE("sandbox: made-up GPU devices" * doctest::skip())  // run by the one above
{
    if (!getenv("NN_TEST_GPU")) return;
    sandbox_t s = small();
    s.gpu = true;
    CHECK(sandbox_probe(&s) == "");
    ran_t r = sandbox_run(&s, {"sh", "-c",
                               "cd /dev; find . -name \"nvidia*\" | sort; head -c 3 nvidia0 | wc -c\n"
                               "ls /sys | grep class; echo $CUDA_VISIBLE_DEVICES $CUDA_CACHE_PATH"});
    CHECK(r.err == "");
    CHECK(r.out == "./nvidia-caps\n./nvidia-caps/nvidia-cap1\n./nvidia0\n./nvidiactl\n3\nclass\n0 /tmp/.nv\n");
}

// The tests above once more, by a user who is not root.
static void as_ordinary_user(const std::string &options)
{
    NEEDS_SANDBOX;
    std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    std::string as_user = "setpriv --reuid=60999 --regid=60999 --clear-groups ";
    if (shell(as_user + "test -x " + self).status != 0) {
        MESSAGE("skipped: an ordinary user may not enter the folder of the tests");
        return;
    }
    ended_t e = shell(as_user + self + " -tc='sandbox:*' " + options + " 2>&1");
    CHECK(e.status == 0);
    CHECK(contains(e.out, " 0 failed"));
    CHECK(!contains(e.out, "skipped: "));
    if (e.status != 0) MESSAGE(e.out);
}

TEST_CASE("sandbox: the same as an ordinary user" * doctest::skip(geteuid() != 0))
{
    as_ordinary_user("-tce='*: time,*: files,*: output'");
}

TEST_CASE("sandbox: all as an ordinary user" * doctest::skip())
{
    if (geteuid() == 0) as_ordinary_user("");
}
