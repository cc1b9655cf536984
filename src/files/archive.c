/* Zip files through libzip.
 *
 * 1. The same entries in the same order give the same bytes: the time of each entry is the first that the
 *    format knows, in its own terms (a Unix time would pass through the time zone of the machine), the
 *    owner's rights are the same, and libzip adds no further fields.
 * 2. The data of the entries wait in a file without a name, which ends with the process in whatever way: on
 *    the disk, so that memory does not grow, or in memory when the archive is made there. So is the archive
 *    itself written: libzip's own way, a file beside it and a new name at the end, would leave half of one
 *    behind when the process is killed.
 */
#include "minyi/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "minyi/err.h"
#include "minyi/utf8.h"

/* 1980-01-01 00:00:00 as MS-DOS wrote it: APPNOTE.TXT 4.4.6. */
enum { DOS_TIME = 0, DOS_DATE = 1 << 5 | 1, NAME_MAX_BYTES = 1000 };

struct archive {
    zip_t *zip;
    zip_source_t *memory; /* what zip writes into, or NULL */
    int file;             /* where zip writes to otherwise, or -1 */
    int spool;            /* the data of the entries so far, or -1 */
    uint64_t spooled;     /* bytes */
};

/* The data of one entry in the spool. */
struct part {
    int spool;
    uint64_t start, size, position;
    zip_error_t error;
};

static int64_t part_read(struct part *part, void *data, uint64_t len) {
    uint64_t left = part->size - part->position;
    if (len > left) len = left;
    if (len == 0) return 0;
    ssize_t got;
    do {
        got = pread(part->spool, data, (size_t)len, (off_t)(part->start + part->position));
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        zip_error_set(&part->error, ZIP_ER_READ, got < 0 ? errno : EIO);
        return -1;
    }
    part->position += (uint64_t)got;
    return got;
}

static int64_t part_stat(const struct part *part, void *data) {
    zip_stat_t *stat = data;
    zip_stat_init(stat);
    stat->size = part->size;
    stat->valid = ZIP_STAT_SIZE;
    return (int64_t)sizeof(*stat);
}

static zip_int64_t part_source(void *state, void *data, zip_uint64_t len, zip_source_cmd_t command) {
    struct part *part = state;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        part->position = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return part_read(part, data, len);
    case ZIP_SOURCE_CLOSE:
        return 0;
    case ZIP_SOURCE_STAT:
        return part_stat(part, data);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&part->error, data, len);
    case ZIP_SOURCE_FREE:
        zip_error_fini(&part->error);
        free(part);
        return 0;
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    default:
        zip_error_set(&part->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

static int of_zip(const zip_error_t *error) {
    if (zip_error_code_zip(error) == ZIP_ER_EXISTS) return ERR_ALREADY_EXISTS;
    bool system = zip_error_system_type(error) == ZIP_ET_SYS;
    return system ? err_of_errno(zip_error_code_system(error)) : ERR_INTERNAL;
}

/* ---- The file that is written ---- */

struct target {
    int file; /* the archive's */
    int64_t at, size;
    zip_error_t error;
};

static int64_t target_write(struct target *target, const char *data, uint64_t len) {
    for (uint64_t done = 0; done < len;) {
        ssize_t put = pwrite(target->file, data + done, (size_t)(len - done), target->at);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) {
            zip_error_set(&target->error, ZIP_ER_WRITE, put < 0 ? errno : ENOSPC);
            return -1;
        }
        done += (uint64_t)put;
        target->at += put;
    }
    if (target->at > target->size) target->size = target->at;
    return (int64_t)len;
}

static int64_t target_seek(struct target *target, void *data, uint64_t len) {
    zip_int64_t at = zip_source_seek_compute_offset((zip_uint64_t)target->at, (zip_uint64_t)target->size,
                                                    data, len, &target->error);
    if (at >= 0) target->at = at;
    return at < 0 ? -1 : 0;
}

static int64_t target_stat(void *data) {
    zip_stat_t *stat = data;
    zip_stat_init(stat);
    stat->size = 0;
    stat->valid = ZIP_STAT_SIZE;
    return (int64_t)sizeof(*stat);
}

/* Only written, from its beginning on: what libzip would read is empty. */
static zip_int64_t target_source(void *state, void *data, zip_uint64_t len, zip_source_cmd_t command) {
    struct target *target = state;
    switch (command) {
    case ZIP_SOURCE_OPEN:
    case ZIP_SOURCE_READ:
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_SEEK:
    case ZIP_SOURCE_TELL:
    case ZIP_SOURCE_COMMIT_WRITE:
    case ZIP_SOURCE_ROLLBACK_WRITE:
    case ZIP_SOURCE_REMOVE:
        return 0;
    case ZIP_SOURCE_BEGIN_WRITE:
        target->at = target->size = 0;
        return 0;
    case ZIP_SOURCE_WRITE:
        return target_write(target, data, len);
    case ZIP_SOURCE_SEEK_WRITE:
        return target_seek(target, data, len);
    case ZIP_SOURCE_TELL_WRITE:
        return target->at;
    case ZIP_SOURCE_STAT:
        return target_stat(data);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&target->error, data, len);
    case ZIP_SOURCE_FREE:
        zip_error_fini(&target->error);
        free(target);
        return 0;
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_WRITABLE;
    default:
        zip_error_set(&target->error, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
}

static zip_t *zip_into(int file) {
    struct target *target = calloc(1, sizeof(*target));
    if (target == NULL) return NULL;
    *target = (struct target){.file = file};
    zip_error_init(&target->error);
    zip_source_t *source = zip_source_function_create(target_source, target, NULL);
    if (source == NULL) {
        free(target);
        return NULL;
    }
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
    if (zip == NULL) zip_source_free(source);
    return zip;
}

/* ---- Archives ---- */

static int file_without_name(const char *folder) {
    char name[4096];
    int len = snprintf(name, sizeof(name), "%s/minyi-batch-XXXXXX", folder);
    if (len < 0 || (size_t)len >= sizeof(name)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int file = mkostemp(name, O_CLOEXEC);
    if (file >= 0) unlink(name);
    return file;
}

struct archive *archive_file(const char *folder) {
    struct archive *archive = calloc(1, sizeof(*archive));
    if (archive == NULL) return NULL;
    archive->spool = -1;
    archive->file = file_without_name(folder);
    if (archive->file >= 0) archive->spool = file_without_name(folder);
    if (archive->spool >= 0) archive->zip = zip_into(archive->file);
    if (archive->zip != NULL) return archive;
    int number = errno;
    archive = archive_discard(archive);
    errno = number;
    return archive;
}

struct archive *archive_memory(void) {
    struct archive *archive = calloc(1, sizeof(*archive));
    if (archive == NULL) return NULL;
    archive->file = -1;
    archive->spool = memfd_create("archive", MFD_CLOEXEC);
    if (archive->spool < 0) return archive_discard(archive);
    archive->memory = zip_source_buffer_create(NULL, 0, 0, NULL);
    if (archive->memory == NULL) return archive_discard(archive);
    /* zip_close() and zip_discard() let go of their share; ours stays until the bytes are read back. */
    zip_source_keep(archive->memory);
    archive->zip = zip_open_from_source(archive->memory, ZIP_TRUNCATE, NULL);
    if (archive->zip == NULL) zip_source_free(archive->memory);
    return archive->zip != NULL ? archive : archive_discard(archive);
}

/* Names that every unpacker puts inside the folder it was told, on every system. */
static bool name_fits(const char *name) {
    size_t len = strlen(name);
    if (len == 0 || len > NAME_MAX_BYTES || strpbrk(name, "\\:*?\"<>|") != NULL) return false;
    if (utf8_check(name, len, true) != UTF8_FINE) return false;
    for (const char *part = name; part != NULL;) {
        const char *end = strchr(part, '/');
        size_t size = end != NULL ? (size_t)(end - part) : strlen(part);
        if (size == 0 || (size <= 2 && strspn(part, ".") >= size)) return false;
        part = end != NULL ? end + 1 : NULL;
    }
    return true;
}

static int spool_add(struct archive *archive, const void *data, size_t size) {
    const char *from = data;
    for (size_t done = 0; done < size;) {
        ssize_t put = pwrite(archive->spool, from + done, size - done, (off_t)(archive->spooled + done));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return err_of_errno(put < 0 ? errno : ENOSPC);
        done += (size_t)put;
    }
    return 0;
}

static int part_new(struct archive *archive, const void *data, size_t size, zip_source_t **ret) {
    int error = spool_add(archive, data, size);
    if (error != 0) return error;
    struct part *part = calloc(1, sizeof(*part));
    if (part == NULL) return ERR_INTERNAL;
    *part = (struct part){.spool = archive->spool, .start = archive->spooled, .size = size};
    zip_error_init(&part->error);
    *ret = zip_source_function_create(part_source, part, NULL);
    if (*ret == NULL) {
        free(part);
        return ERR_INTERNAL;
    }
    archive->spooled += size;
    return 0;
}

/* What is packed inside already is only stored: packing it again costs time and gains nothing. */
static bool packed(const char *name) {
    static const char *const endings[] = {".pdf", ".docx", ".xlsx", ".zip", ".jpg", ".jpeg", ".png", ".webp"};
    size_t len = strlen(name);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        size_t size = strlen(endings[i]);
        if (len > size && strcasecmp(name + len - size, endings[i]) == 0) return true;
    }
    return false;
}

int archive_add(struct archive *archive, const char *name, const void *data, size_t size) {
    if (!name_fits(name)) return ERR_INVALID;
    /* Asked before the data are taken: a source that zip_file_add() refuses would be ours to free. */
    if (zip_name_locate(archive->zip, name, ZIP_FL_ENC_UTF_8) >= 0) return ERR_ALREADY_EXISTS;
    zip_source_t *source = NULL;
    int error = part_new(archive, data, size, &source);
    if (error != 0) return error;
    zip_int64_t index = zip_file_add(archive->zip, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return of_zip(zip_get_error(archive->zip));
    }
    zip_uint64_t entry = (zip_uint64_t)index;
    if (zip_file_set_dostime(archive->zip, entry, DOS_TIME, DOS_DATE, 0) != 0 ||
        zip_file_set_external_attributes(archive->zip, entry, 0, ZIP_OPSYS_UNIX, 0100644U << 16) != 0 ||
        zip_set_file_compression(archive->zip, entry, packed(name) ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0) != 0)
        return of_zip(zip_get_error(archive->zip));
    return 0;
}

static int read_back(zip_source_t *source, struct buf *ret) {
    char piece[16384];
    if (zip_source_open(source) != 0) return ERR_INTERNAL;
    zip_int64_t got;
    while ((got = zip_source_read(source, piece, sizeof(piece))) > 0)
        buf_add(ret, piece, (size_t)got);
    zip_source_close(source);
    if (got < 0) return ERR_INTERNAL;
    return buf_failed(ret) ? ERR_TOO_LARGE : 0;
}

/* libzip leaves nothing at all of an archive without entries: its end record (APPNOTE.TXT 4.3.16). */
static int close_empty(struct archive *archive, struct buf *ret) {
    static const char end[22] = "PK\5\6";
    buf_add(ret, end, sizeof(end));
    archive_discard(archive);
    return buf_failed(ret) ? ERR_TOO_LARGE : 0;
}

static int finish(struct archive *archive) {
    if (zip_close(archive->zip) != 0) return of_zip(zip_get_error(archive->zip));
    archive->zip = NULL;
    return 0;
}

int archive_close(struct archive *archive, struct buf *ret) {
    if (zip_get_num_entries(archive->zip, 0) == 0) return close_empty(archive, ret);
    int error = finish(archive);
    if (error == 0) error = read_back(archive->memory, ret);
    if (error != 0) buf_clear(ret);
    archive_discard(archive);
    return error;
}

int archive_close_file(struct archive *archive, int *ret_file) {
    int error = zip_get_num_entries(archive->zip, 0) == 0 ? ERR_INVALID : finish(archive);
    if (error == 0) {
        *ret_file = archive->file;
        archive->file = -1;
    }
    archive_discard(archive);
    return error;
}

struct archive *archive_discard(struct archive *archive) {
    if (archive == NULL) return NULL;
    if (archive->zip != NULL) zip_discard(archive->zip);
    if (archive->memory != NULL) zip_source_free(archive->memory);
    if (archive->file >= 0) close(archive->file);
    if (archive->spool >= 0) close(archive->spool);
    free(archive);
    return NULL;
}
