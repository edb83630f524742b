/* A disk whose power can be cut, for one process (LD_PRELOAD).
 *
 * What is written to a store's files is remembered until it is synced. When the file DISK_OFF names comes into being, whatever was
 * not synced is undone, latest first, and the process ends: the files are then as a disk would have them after a power failure that
 * kept nothing but what it had confirmed.
 *
 * DISK_LIES=1        a sync is confirmed and not done: the control, which must be found out
 * DISK_FAILS=n       the n-th sync and all after it fail with EIO, and what they should have synced is not on the disk
 * DISK_FULL=n        after n bytes every write fails with ENOSPC
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

struct undo {
    struct undo *before;
    char path[512];
    off_t at;
    size_t length;
    /* The file was so long; what lay beyond is not there again. */
    off_t end;
    char bytes[];
};

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static struct undo *last;
static long syncs, written;

static long number(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

/* Whether it is one of the store's files, not the index in shared memory; and which. */
static int is_kept(int fd, char *path, size_t room) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, room - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strstr(path, "fapiao.db") && !strstr(path, "-shm") && !strstr(path, ".lock");
}

static void remember(int fd, const char *path, off_t at, size_t length) {
    static ssize_t (*read_at)(int, void *, size_t, off_t);
    if (!read_at) read_at = next("pread");
    struct stat now;
    struct undo *undo = calloc(1, sizeof *undo + length);
    if (!undo || fstat(fd, &now)) abort();
    snprintf(undo->path, sizeof undo->path, "%s", path);
    undo->at = at;
    undo->end = now.st_size;
    if (at < now.st_size) {
        ssize_t got = read_at(fd, undo->bytes, length, at);
        undo->length = got > 0 ? (size_t)got : 0;
    }
    undo->before = last;
    last = undo;
}

static void forget(const char *path) {
    for (struct undo **at = &last; *at;) {
        struct undo *undo = *at;
        if (strcmp(undo->path, path)) {
            at = &undo->before;
        } else {
            *at = undo->before;
            free(undo);
        }
    }
}

static int is_full(size_t length) {
    long room = number("DISK_FULL");
    written += (long)length;
    return room && written > room;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = next("write");
    char path[512];
    if (!is_kept(fd, path, sizeof path)) return real(fd, bytes, length);
    pthread_mutex_lock(&held);
    ssize_t done = -1;
    if (is_full(length)) {
        errno = ENOSPC;
    } else {
        remember(fd, path, lseek(fd, 0, SEEK_CUR), length);
        done = real(fd, bytes, length);
    }
    pthread_mutex_unlock(&held);
    return done;
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t at) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = next("pwrite");
    char path[512];
    if (!is_kept(fd, path, sizeof path)) return real(fd, bytes, length, at);
    pthread_mutex_lock(&held);
    ssize_t done = -1;
    if (is_full(length)) {
        errno = ENOSPC;
    } else {
        remember(fd, path, at, length);
        done = real(fd, bytes, length, at);
    }
    pthread_mutex_unlock(&held);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return write_at(fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return write_at(fd, bytes, length, at); }

static int cut(int fd, off_t length) {
    static int (*real)(int, off_t);
    if (!real) real = next("ftruncate");
    char path[512];
    if (!is_kept(fd, path, sizeof path)) return real(fd, length);
    pthread_mutex_lock(&held);
    struct stat now;
    if (!fstat(fd, &now) && length < now.st_size) remember(fd, path, length, (size_t)(now.st_size - length));
    int done = real(fd, length);
    pthread_mutex_unlock(&held);
    return done;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

static int sync_of(int fd, const char *name) {
    int (*real)(int) = next(name);
    char path[512];
    if (!is_kept(fd, path, sizeof path)) return real(fd);
    pthread_mutex_lock(&held);
    int done = 0;
    long fails = number("DISK_FAILS");
    if (fails && ++syncs >= fails) {
        errno = EIO;
        done = -1;
    } else if (!number("DISK_LIES")) {
        done = real(fd);
        forget(path);
    }
    pthread_mutex_unlock(&held);
    return done;
}

int fsync(int fd) { return sync_of(fd, "fsync"); }
int fdatasync(int fd) { return sync_of(fd, "fdatasync"); }

static void *watch(void *off) {
    while (access(off, F_OK)) usleep(1000);
    /* Nobody writes any more. */
    pthread_mutex_lock(&held);
    ssize_t (*real)(int, const void *, size_t, off_t) = next("pwrite");
    int (*end)(const char *, off_t) = next("truncate");
    for (struct undo *undo = last; undo; undo = undo->before) {
        FILE *file = fopen(undo->path, "r+");
        if (!file) continue;
        if (undo->length && real(fileno(file), undo->bytes, undo->length, undo->at) < 0) perror("undo");
        fclose(file);
        if (end(undo->path, undo->end)) perror("undo");
    }
    kill(getpid(), SIGKILL);
    return NULL;
}

__attribute__((constructor)) static void begin(void) {
    char *off = getenv("DISK_OFF");
    pthread_t thread;
    if (off && pthread_create(&thread, NULL, watch, off)) abort();
}
