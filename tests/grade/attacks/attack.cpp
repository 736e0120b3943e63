// tests/grade/attacks/attack.cpp: what a hostile program tries, one try for each name. Run by test_sandbox.cpp only.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const size_t MB = 1 << 20;

static void say(const char *what, bool worked) { printf("%s: %s\n", what, worked ? "worked" : strerror(errno)); }

static void *touched(void *p, size_t n)
{
    if (p && p != MAP_FAILED) memset(p, 1, n);
    return p;
}

// ---- processes --------------------------------------------------------------------------------------

static int fork_bomb(void)
{
    for (;;) fork();
}

static int forks(int n)
{
    int made = 0;
    for (int k = 0; k < n; k++) {
        pid_t pid = fork();
        if (pid == 0) sleep(60), _exit(0);
        made += pid > 0;
    }
    printf("%d of %d\n", made, n);
    fflush(stdout);
    sleep(1);
    return 0;
}

static int loop_forever(void)
{
    for (int k = 1; k < NSIG; k++) signal(k, SIG_IGN);
    for (volatile int k = 0;; k++) {}
}

static int sleep_forever(void)
{
    for (int k = 1; k < NSIG; k++) signal(k, SIG_IGN);
    for (;;) pause();
}

static int many_loops(int n)  // each below the limit of processor time
{
    for (int k = 1; k < n; k++)
        if (fork() == 0) break;
    return loop_forever();
}

// Twice forked, a session of its own, standard output kept or closed: lives on where nobody looks for it.
static int daemon_outlives(const char *marker, bool silent)
{
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            if (silent) close(0), close(1), close(2);
            execl("/bin/sleep", "sleep", marker, (char *)NULL);
        }
        _exit(0);
    }
    wait(NULL);
    return 0;
}

static int signals(pid_t outside)
{
    say("kill outside", kill(outside, SIGKILL) == 0);
    say("ptrace outside", ptrace(PTRACE_ATTACH, outside, 0, 0) == 0);
    kill(getppid(), SIGKILL);
    kill(1, SIGKILL);
    kill(-1, SIGKILL);
    puts("still here");
    return 0;
}

// ---- memory --------------------------------------------------------------------------------------------

static int many_eaters(int n, size_t each)
{
    for (int k = 1; k < n; k++)
        if (fork() == 0) break;
    touched(malloc(each), each);
    sleep(60);
    return 0;
}

static int shared_memory(void)
{
    for (;;)
        touched(mmap(NULL, 16 * MB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), 16 * MB), usleep(2000);
}

// Nothing but zeros is read, and nothing is there to be counted but the tables that say so.
static int page_tables(void)
{
    for (;;) {
        const size_t n = 4096 * MB;
        char *p = (char *)mmap(NULL, n, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED) return 1;
        madvise(p, n, MADV_NOHUGEPAGE);
        volatile char sum = 0;
        for (size_t at = 0; at < n; at += 2 * MB) sum = sum + p[at];
        usleep(500);
    }
}

static int memory_files(void)
{
    static char block[1 << 20];
    memset(block, 1, sizeof block);
    for (;;) {
        int fd = memfd_create("hog", 0);
        for (int k = 0; k < 16; k++)
            if (write(fd, block, sizeof block) < 0) break;
        usleep(2000);
    }
}

// ---- files -------------------------------------------------------------------------------------------------

static int fill(const char *dir)
{
    static char block[1 << 16];
    size_t sum = 0;
    signal(SIGXFSZ, SIG_IGN);
    for (int k = 0; k < 100; k++) {
        int fd = open((std::string(dir) + "/fill" + std::to_string(k)).c_str(), O_CREAT | O_WRONLY, 0600);
        for (ssize_t n = 1; fd >= 0 && n > 0; sum += n > 0 ? n : 0) n = write(fd, block, sizeof block);
        if (fd < 0 || sum > 1024 * MB) break;
    }
    printf("%zu MB\n", sum / MB);
    return 0;
}

static int many_files(const char *dir)
{
    int made = 0;
    for (int k = 0; k < 10000; k++) {
        int fd = open((std::string(dir) + "/f" + std::to_string(k)).c_str(), O_CREAT | O_WRONLY, 0600);
        if (fd >= 0) made++, close(fd);
    }
    printf("%d of 10000\n", made);
    return 0;
}

static int read_files(char **paths)
{
    for (; *paths; paths++) {
        char text[4096] = "";
        int fd = open(*paths, O_RDONLY);
        ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        printf("%s: %zd\n", *paths, n);
        fwrite(text, 1, n > 0 ? n : 0, stdout);
        puts("");
    }
    return 0;
}

static int write_files(char **paths)
{
    for (; *paths; paths++) say(*paths, open(*paths, O_CREAT | O_WRONLY | O_APPEND, 0600) >= 0);
    return 0;
}

static int descriptors(void)
{
    for (int fd = 3; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0) printf("descriptor %d is open\n", fd);
    return 0;
}

static int odd_result(const std::string &kind)
{
    if (kind == "symlink") return symlink("/etc/passwd", "r");
    if (kind == "fifo") return mkfifo("r", 0666);
    if (kind == "folder") return mkdir("r", 0777);
    if (kind == "device") say("device", mknod("r", S_IFCHR | 0666, 0x103) == 0);
    int fd = open("r", O_CREAT | O_RDWR, 0755);
    if (write(fd, "result", 6) != 6) return 1;
    if (kind == "hardlink") return link("r", "second");
    if (kind == "setuid") return fchmod(fd, 06755);
    if (kind == "unreadable") return fchmod(fd, 0);
    if (kind == "large") return ftruncate(fd, 1000);
    return 0;
}

// ---- doors --------------------------------------------------------------------------------------------------

static int connect_to(int port, const char *abstract)
{
    struct sockaddr_in in = {};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    say("loopback", connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&in, sizeof in) == 0);
    struct sockaddr_un un = {};
    un.sun_family = AF_UNIX;
    strncpy(un.sun_path + 1, abstract, sizeof un.sun_path - 2);
    socklen_t n = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(abstract);
    say("abstract", connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&un, n) == 0);
    return 0;
}

static int privileges(void)
{
    say("setuid", setuid(0) == 0);
    say("namespace", unshare(CLONE_NEWUSER) == 0);
    say("mount", mount("none", "/tmp", "tmpfs", 0, NULL) == 0);
    say("umount", umount("/proc") == 0);
    say("remount", mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL) == 0);
    say("shmget", shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) >= 0);
    say("chroot", chroot("/tmp") == 0);
    return 0;
}

int main(int n, char **v)
{
    std::string what = n > 1 ? v[1] : "";
    if (what == "fork_bomb") return fork_bomb();
    if (what == "forks") return forks(atoi(v[2]));
    if (what == "loop") return loop_forever();
    if (what == "loops") return many_loops(atoi(v[2]));
    if (what == "sleep") return sleep_forever();
    if (what == "daemon") return daemon_outlives(v[2], n > 3);
    if (what == "signals") return signals(atoi(v[2]));
    if (what == "malloc") return say("malloc", touched(malloc(10240 * MB), 10240 * MB) != NULL), 0;
    if (what == "eaters") return many_eaters(atoi(v[2]), atoi(v[3]) * MB);
    if (what == "shared") return shared_memory();
    if (what == "tables") return page_tables();
    if (what == "memfd") return memory_files();
    if (what == "reserve")
        return say("reserve",
                   mmap(NULL, 65536 * MB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED),
               0;
    if (what == "print")
        for (;;) puts("RESULT: PASS 100/100");
    if (what == "fill") return fill(v[2]);
    if (what == "files") return many_files(v[2]);
    if (what == "read") return read_files(v + 2);
    if (what == "write") return write_files(v + 2);
    if (what == "descriptors") return descriptors();
    if (what == "result") return odd_result(v[2]);
    if (what == "connect") return connect_to(atoi(v[2]), v[3]);
    if (what == "privileges") return privileges();
    return 99;
}
