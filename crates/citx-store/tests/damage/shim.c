/* Loaded before libc: makes the calls by which a ledger's files are written fail, tear or get lost.
 *
 * Only files whose path begins with FAULT_FILES are touched (but not the index of the log, which SQLite maps, nor the lock), and only calls between the opening of
 * `FAULT_FILES.on` and that of `FAULT_FILES.off`, which need not exist. FAULT_KIND says what happens at call number FAULT_AT, from 1:
 *
 *   count   nothing; `off` writes the number of calls to the file `FAULT_FILES.calls`
 *   fail    the call fails with EIO, once
 *   broken  it and every later one fails with EIO
 *   full    it and every later write, and opening for writing, fails with ENOSPC; half of the first write is done
 *   read    as `fail`, of calls that read
 *   torn    half of it is written, and the process is killed
 *   kill    the process is killed before it
 *   lost    the process is killed, and with it goes what was not synced: FAULT_SEED 0 all of it, else some sectors and some renames
 *   lie     syncs of the database and its log do nothing; at `off` the process is killed as with `lost`
 *
 * `lost` at `off` too, so that a call that returned is followed by a power cut. What is "synced" is what POSIX promises: the content of
 * a file by fsync of it, its name by fsync of its folder; a sector is 512 bytes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(result, name, ...) (((result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)))
#define SECTOR 512
#define FILES 16
#define NAMES 64
#define HANDLES 1024

struct sector { off_t number; size_t length; unsigned char synced[SECTOR]; struct sector *next; };
struct content { unsigned char *bytes; ssize_t length; /* -1: no such file */ };
struct file { char path[512]; off_t synced_size; struct sector *sectors; };
/* A change of names since the folder was synced. */
struct change { char from[512], to[512]; struct content before; };

static struct file files[FILES];
static struct change changes[NAMES];
static int change_count, handles[HANDLES], armed, calls;

static const char *setting(const char *name) { const char *value = getenv(name); return value ? value : ""; }
static int is(const char *kind) { return strcmp(setting("FAULT_KIND"), kind) == 0; }

static const char *ours(const char *path) {
    const char *prefix = setting("FAULT_FILES");
    size_t length = strlen(prefix);
    if (!length || !path || strncmp(path, prefix, length) != 0) return NULL;
    const char *end = path + length;
    return strcmp(end, "-shm") == 0 || strcmp(end, ".head-lock") == 0 ? NULL : end;
}

static off_t size_of(const char *path) { struct stat found; return stat(path, &found) == 0 ? found.st_size : -1; }

static struct file *file_at(const char *path) {
    for (int i = 0; i < FILES; i++)
        if (strcmp(files[i].path, path) == 0) return &files[i];
    for (int i = 0; i < FILES; i++)
        if (!files[i].path[0]) {
            snprintf(files[i].path, sizeof files[i].path, "%s", path);
            files[i].synced_size = size_of(path);
            return &files[i];
        }
    abort();
}

static struct file *file_of(int handle) { return handle >= 0 && handle < HANDLES && handles[handle] ? &files[handles[handle] - 1] : NULL; }

static void forget(struct file *file) {
    for (struct sector *sector = file->sectors, *next; sector; sector = next) {
        next = sector->next;
        free(sector);
    }
    file->sectors = NULL;
}

/* The content of a file is on the disk from now on. */
static void synced(struct file *file) {
    forget(file);
    file->synced_size = size_of(file->path);
}

static struct content content_of(const char *path) {
    struct content found = { NULL, size_of(path) };
    if (found.length < 0) return found;
    found.bytes = malloc((size_t)found.length + 1);
    int handle = REAL(int, open64, const char *, int, ...)(path, O_RDONLY);
    found.length = REAL(ssize_t, pread64, int, void *, size_t, off_t)(handle, found.bytes, (size_t)found.length, 0);
    close(handle);
    return found;
}

static void put(const char *path, struct content content) {
    if (content.length < 0) {
        REAL(int, unlink, const char *)(path);
        return;
    }
    int handle = REAL(int, open64, const char *, int, ...)(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (REAL(ssize_t, pwrite64, int, const void *, size_t, off_t)(handle, content.bytes, (size_t)content.length, 0) != content.length) abort();
    close(handle);
}

/* Keeps what the sectors from `from` to `to` hold on the disk, before they are changed for the first time. */
static void before_change(struct file *file, off_t from, off_t to) {
    int handle = REAL(int, open64, const char *, int, ...)(file->path, O_RDONLY);
    for (off_t number = from / SECTOR; number * SECTOR < to; number++) {
        struct sector *sector = file->sectors;
        while (sector && sector->number != number) sector = sector->next;
        if (sector) continue;
        sector = calloc(1, sizeof *sector);
        ssize_t length = REAL(ssize_t, pread64, int, void *, size_t, off_t)(handle, sector->synced, SECTOR, number * SECTOR);
        sector->number = number;
        sector->length = length > 0 ? (size_t)length : 0;
        sector->next = file->sectors;
        file->sectors = sector;
    }
    close(handle);
}

static void name_changed(const char *from, const char *to, struct content before) {
    if (change_count == NAMES) abort();
    struct change *change = &changes[change_count++];
    snprintf(change->from, sizeof change->from, "%s", from);
    snprintf(change->to, sizeof change->to, "%s", to);
    change->before = before;
}

static int stays(void) { return atoi(setting("FAULT_SEED")) != 0 && rand() % 2; }

/* What the disk holds of a file after a power cut. */
static void lose(struct file *file) {
    off_t size = size_of(file->path);
    if (size < 0) return;
    int handle = REAL(int, open64, const char *, int, ...)(file->path, O_WRONLY);
    for (struct sector *sector = file->sectors; sector; sector = sector->next) {
        if (stays()) continue;
        static const unsigned char nothing[SECTOR];
        off_t at = sector->number * SECTOR, end = at + SECTOR < size ? at + SECTOR : size;
        if (at < size) REAL(ssize_t, pwrite64, int, const void *, size_t, off_t)(handle, nothing, (size_t)(end - at), at);
        if (sector->length) REAL(ssize_t, pwrite64, int, const void *, size_t, off_t)(handle, sector->synced, sector->length, at);
    }
    if (!stays() && REAL(int, ftruncate64, int, off_t)(handle, file->synced_size) != 0) abort();
    close(handle);
}

static void power_cut(void) {
    srand((unsigned)atoi(setting("FAULT_SEED")));
    for (int i = 0; i < FILES; i++)
        if (files[i].path[0]) lose(&files[i]);
    /* File systems keep the order of changes of names, so that the last ones are lost. */
    int kept = atoi(setting("FAULT_SEED")) ? rand() % (change_count + 1) : 0;
    while (change_count > kept) {
        struct change *change = &changes[--change_count];
        if (change->from[0]) put(change->from, content_of(change->to));
        put(change->to, change->before);
    }
    raise(SIGKILL);
}

enum call { WRITE, SYNC, NAME, READ };

/* Counts a call; 0 if it is to be made, or the error with which it fails. */
static int fault(enum call call) {
    if (!armed || (call == READ) != is("read")) return 0;
    int here = ++calls - atoi(setting("FAULT_AT"));
    if (here < 0 || is("count") || is("lie")) return 0;
    if (here == 0 && is("kill")) raise(SIGKILL);
    if (here == 0 && is("lost")) power_cut();
    if (is("broken") || (here == 0 && (is("fail") || is("read")))) return EIO;
    if (is("full") && (call == WRITE || call == NAME)) return ENOSPC;
    return here == 0 && is("torn") ? EINTR : 0;
}

static void lever(const char *end) {
    if (strcmp(end, ".on") == 0) {
        armed = 1;
        for (int i = 0; i < FILES; i++)
            if (files[i].path[0]) synced(&files[i]);
        change_count = 0;
    } else if (strcmp(end, ".off") == 0 && armed) {
        armed = 0;
        if (is("lost") || is("lie")) power_cut();
        char path[600];
        snprintf(path, sizeof path, "%s.calls", setting("FAULT_FILES"));
        FILE *out = fopen(path, "w");
        fprintf(out, "%d", calls);
        fclose(out);
    }
}

static int opened(const char *path, int flags, mode_t mode, int is_large) {
    const char *end = ours(path);
    int writes = flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC);
    if (end) lever(end);
    off_t before = end ? size_of(path) : 0;
    if (end && writes) {
        int error = fault(before < 0 ? NAME : SYNC);
        if (error == EINTR) raise(SIGKILL);
        if (error) { errno = error; return -1; }
    }
    struct file *file = end ? file_at(path) : NULL;
    if (armed && file && before > 0 && flags & O_TRUNC) before_change(file, 0, before);
    int handle = is_large ? REAL(int, open64, const char *, int, ...)(path, flags, mode) : REAL(int, open, const char *, int, ...)(path, flags, mode);
    if (handle < 0 || handle >= HANDLES) return handle;
    handles[handle] = file ? (int)(file - files) + 1 : 0;
    if (file && before < 0) {
        forget(file);
        file->synced_size = 0;
        if (armed) name_changed("", path, (struct content){ NULL, -1 });
    } else if (file && !armed) {
        synced(file);
    }
    return handle;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return opened(path, flags, mode, 0);
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return opened(path, flags, mode, 1);
}

int close(int handle) {
    if (handle >= 0 && handle < HANDLES) handles[handle] = 0;
    return REAL(int, close, int)(handle);
}

static ssize_t written(int handle, const void *bytes, size_t length, off_t at) {
    struct file *file = file_of(handle);
    int here = at < 0;
    if (!file) return here ? REAL(ssize_t, write, int, const void *, size_t)(handle, bytes, length)
                           : REAL(ssize_t, pwrite64, int, const void *, size_t, off_t)(handle, bytes, length, at);
    off_t from = here ? lseek(handle, 0, SEEK_CUR) : at;
    int was = calls, error = fault(WRITE);
    int partly = error == EINTR || (error == ENOSPC && was + 1 == atoi(setting("FAULT_AT")));
    if (error && !partly) { errno = error; return -1; }
    size_t part = partly ? length / 2 : length;
    if (armed) before_change(file, from, from + (off_t)part);
    ssize_t done = here ? REAL(ssize_t, write, int, const void *, size_t)(handle, bytes, part)
                        : REAL(ssize_t, pwrite64, int, const void *, size_t, off_t)(handle, bytes, part, at);
    if (error == EINTR) raise(SIGKILL);
    return done;
}

ssize_t write(int handle, const void *bytes, size_t length) { return written(handle, bytes, length, -1); }
ssize_t pwrite(int handle, const void *bytes, size_t length, off_t at) { return written(handle, bytes, length, at); }
ssize_t pwrite64(int handle, const void *bytes, size_t length, off64_t at) { return written(handle, bytes, length, at); }

static int cut(int handle, off_t length) {
    struct file *file = file_of(handle);
    if (file) {
        int error = fault(WRITE);
        if (error == EINTR) raise(SIGKILL);
        if (error) { errno = error; return -1; }
        off_t size = size_of(file->path);
        if (armed && size > length) before_change(file, length, size);
    }
    return REAL(int, ftruncate64, int, off_t)(handle, length);
}

int ftruncate(int handle, off_t length) { return cut(handle, length); }
int ftruncate64(int handle, off64_t length) { return cut(handle, length); }

static int sync_file(int handle, int only_data) {
    struct file *file = file_of(handle);
    struct stat found;
    int folder = !file && fstat(handle, &found) == 0 && S_ISDIR(found.st_mode);
    if (file || folder) {
        int error = fault(SYNC);
        if (error == EINTR) raise(SIGKILL);
        if (error) { errno = error; return -1; }
    }
    const char *end = file ? ours(file->path) : NULL;
    if (armed && is("lie") && end && (strcmp(end, "") == 0 || strcmp(end, "-wal") == 0)) return 0;
    int done = only_data ? REAL(int, fdatasync, int)(handle) : REAL(int, fsync, int)(handle);
    if (done == 0 && file) synced(file);
    if (done == 0 && folder) change_count = 0;
    return done;
}

int fsync(int handle) { return sync_file(handle, 0); }
int fdatasync(int handle) { return sync_file(handle, 1); }

int rename(const char *from, const char *to) {
    if (ours(to)) {
        int error = fault(NAME);
        if (error == EINTR) raise(SIGKILL);
        if (error) { errno = error; return -1; }
        if (armed) name_changed(from, to, content_of(to));
        struct file *source = file_at(from), *target = file_at(to);
        forget(target);
        *target = *source;
        snprintf(target->path, sizeof target->path, "%s", to);
        source->sectors = NULL;
        source->path[0] = 0;
    }
    return REAL(int, rename, const char *, const char *)(from, to);
}

int unlink(const char *path) {
    if (ours(path)) {
        int error = fault(SYNC);
        if (error == EINTR) raise(SIGKILL);
        if (error) { errno = error; return -1; }
        if (armed && size_of(path) >= 0) name_changed("", path, content_of(path));
        struct file *file = file_at(path);
        forget(file);
        file->synced_size = 0;
    }
    return REAL(int, unlink, const char *)(path);
}

static ssize_t taken(int handle, void *bytes, size_t length, off_t at) {
    int error = file_of(handle) ? fault(READ) : 0;
    if (error) { errno = error; return -1; }
    return at < 0 ? REAL(ssize_t, read, int, void *, size_t)(handle, bytes, length)
                  : REAL(ssize_t, pread64, int, void *, size_t, off_t)(handle, bytes, length, at);
}

ssize_t read(int handle, void *bytes, size_t length) { return taken(handle, bytes, length, -1); }
ssize_t pread(int handle, void *bytes, size_t length, off_t at) { return taken(handle, bytes, length, at); }
ssize_t pread64(int handle, void *bytes, size_t length, off64_t at) { return taken(handle, bytes, length, at); }
