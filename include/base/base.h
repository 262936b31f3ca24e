/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base: what every room stands on.
 *
 * Promises: running out of memory ends the program with exit status 3 and a
 * message, so no function here reports it.  Nothing above this room calls
 * malloc or free: one arena lives as long as one compilation, and slices of
 * what was read stay valid for the whole run.
 *
 * Three troubles, three words: BUG() is ours, die() is the environment's,
 * diag_fault() (room diag) is the input's.
 */
#ifndef DTASSIGN_BASE_H
#define DTASSIGN_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__GNUC__)
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN               __attribute__((noreturn))
#define MUST_USE               __attribute__((warn_unused_result))
#else
#define PRINTF_LIKE(fmt, args)
#define NORETURN
#define MUST_USE
#endif

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* ---- Limits: exceeding one is a fault of the input, never a crash ------- */

enum {
	LIMIT_BLOB_BYTES = 64 << 20,    /* a DTB                               */
	LIMIT_FRAGMENT_BYTES = 2 << 20, /* a guest's whole tree: no Xen takes more */
	LIMIT_OVERLAY_BYTES = 1 << 18,  /* an overlay: libfdt is quadratic here */
	LIMIT_CONFIG_BYTES = 4 << 20,   /* a dom.cfg                           */
	LIMIT_NODES = 1 << 20,          /* nodes in one tree                   */
	LIMIT_PROPS_PER_NODE = 4096,    /* properties in one node              */
	LIMIT_DEPTH = 64,               /* nesting of nodes                    */
	LIMIT_NAME = 255,               /* bytes of a property's name          */
	LIMIT_COMPATIBLE = 4096,        /* bytes of `compatible`: asked often  */
	LIMIT_PATH = 4096,              /* bytes of a path: what dtdev takes   */
	LIMIT_ALL_PATHS = 64 << 20,     /* bytes of all paths of a tree        */
	LIMIT_GUESTS = 256,             /* configs in one run                  */
	LIMIT_LIST = 65536,             /* values in one list of a config      */
	LIMIT_WINDOWS = 8192,           /* register windows given to one guest */
	LIMIT_INTERRUPT_HOPS = 64,      /* controllers between device and GIC  */
	LIMIT_FACTS = 1 << 21,          /* of a kind in a tree: windows, lines  */
	LIMIT_MASKED_STREAMS = 4096,    /* stream IDs with a mask in a tree     */
	LIMIT_FINDINGS = 100000,        /* then the run stops with a fault     */
	LIMIT_SHARED = 1 << 20,         /* answers about who else claims something */
};

/* ---- Ends of the program ------------------------------------------------ */

enum exit_status {
	EXIT_ACCEPTED = 0,    /* warnings included                              */
	EXIT_REFUSED = 1,     /* because of the content of an input             */
	EXIT_USAGE = 2,       /* the command line makes no sense                */
	EXIT_ENVIRONMENT = 3, /* a file that cannot be opened, no memory, space */
};

/* Say on stderr why the environment failed and leave with status 3. */
NORETURN void die(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* A state that our own code promised never to reach: abort with the place. */
NORETURN void bug_at(const char *file, int line, const char *what);
#define BUG(what) bug_at(__FILE__, __LINE__, (what))
#define BUG_ON(condition) \
	do { \
		if (condition) \
			BUG(#condition); \
	} while (0)

/* ---- Arena -------------------------------------------------------------- */

/* Memory that lives until the whole arena goes.  Zero-filled, aligned for
 * any object type.  A size of 0 gives a valid pointer to nothing. */
struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is allowed */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t n, size_t size); /* overflow dies */
void *arena_copy(struct arena *a, const void *src, size_t size);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))

/* ---- Slices ------------------------------------------------------------- */

/* Bytes that somebody else owns; not NUL-terminated; s may be NULL if n is 0. */
struct str {
	const char *s;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE     ((struct str){ NULL, 0 })
/* For printf("%.*s", STR_ARG(x)). */
#define STR_ARG(x) (int)(x).n, (x).n ? (x).s : ""

struct str str_of(const char *c); /* NULL: empty     */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *b);
bool str_eq_nocase(struct str a, struct str b);  /* ASCII only      */
int str_cmp(struct str a, struct str b);         /* bytes, like strcmp */
int str_cmp_natural(struct str a, struct str b); /* digit runs by value */
bool str_starts(struct str a, const char *prefix);
bool str_ends(struct str a, const char *suffix);
struct str str_from(struct str a, size_t start);          /* rest; clipped   */
struct str str_sub(struct str a, size_t start, size_t n); /* clipped         */
struct str str_trim(struct str a);                        /* blanks and tabs */
/* Position of a byte (first, last) or SIZE_MAX. */
size_t str_find(struct str a, char c);
size_t str_find_last(struct str a, char c);
/* Position of a substring or SIZE_MAX. */
size_t str_find_sub(struct str a, struct str what);
struct str str_dup(struct arena *a, struct str s); /* NUL-terminated  */
const char *str_c(struct arena *a, struct str s);  /* NUL-terminated copy */
struct str str_format(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str str_vformat(struct arena *a, const char *fmt, va_list args) PRINTF_LIKE(2, 0);
uint32_t str_hash(struct str s);
uint32_t str_hash_nocase(struct str s);
/* Edit distance (Damerau, ASCII), at most `limit` + 1; for "did you mean". */
unsigned str_distance(struct str a, struct str b, unsigned limit);

/* Whole string as a number; false if anything else stands there or it does
 * not fit.  No sign, no blanks, no prefix other than 0x where said. */
bool str_to_u64(struct str s, unsigned base, uint64_t *out);
bool str_to_u64_any(struct str s, uint64_t *out); /* decimal or 0x hex */

/* ---- Growing arrays, in an arena ---------------------------------------- */

#define VEC(type) \
	struct { \
		type *v; \
		size_t n, room; \
	}

/* Append one zeroed element and give its address; addresses of earlier
 * elements may change. */
#define VEC_ADD(a, vec) \
	((vec)->v = vec_grow((a), (vec)->v, (vec)->n, &(vec)->room, sizeof(*(vec)->v)), \
	 &(vec)->v[(vec)->n++])
#define VEC_PUSH(a, vec, value) (*VEC_ADD((a), (vec)) = (value))
#define VEC_EACH(item, vec) \
	for ((item) = (vec)->v; (vec)->n && (item) < (vec)->v + (vec)->n; (item)++)

void *vec_grow(struct arena *a, void *v, size_t n, size_t *room, size_t size);

/* ---- Text that grows ---------------------------------------------------- */

struct buf {
	struct arena *arena;
	char *s;
	size_t n, room;
};

struct buf buf_new(struct arena *a);
void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_text(struct buf *b, const char *c);
void buf_char(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t n);
void buf_format(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str buf_get(const struct buf *b);

/* ---- Numbers ------------------------------------------------------------ */

/* Host and guest physical addresses cannot be mixed: the compiler refuses. */
struct hpa {
	uint64_t v;
};
struct gpa {
	uint64_t v;
};

/* Inclusive, so the last byte of the address space can be named and the end
 * cannot wrap. */
struct range {
	uint64_t first, last;
};

#define PAGE_SHIFT 12 /* Xen on Arm maps devices in 4 KiB pages only */
#define PAGE_SIZE  ((uint64_t)1 << PAGE_SHIFT)

/* false: size 0, or the end does not fit 64 bits. */
MUST_USE bool range_from_size(uint64_t first, uint64_t size, struct range *out);
bool range_meets(struct range a, struct range b);
bool range_holds(struct range outer, struct range inner);
bool range_has(struct range r, uint64_t v);
struct range range_pages(struct range r); /* widened to whole 4 KiB pages  */
uint64_t range_npages(struct range r);    /* pages touched                 */
/* Size in bytes; 0 means 2^64 (the whole space). */
uint64_t range_size(struct range r);
MUST_USE bool u64_add(uint64_t a, uint64_t b, uint64_t *out);
MUST_USE bool u64_mul(uint64_t a, uint64_t b, uint64_t *out);

/* ---- Look-up tables ----------------------------------------------------- */

/* String (or any bytes) to a number; the keys are slices that must stay. */
struct map;
struct map *map_new(struct arena *a, bool nocase, size_t expected);
void map_put(struct map *m, struct str key, uint32_t value); /* first wins  */
bool map_get(const struct map *m, struct str key, uint32_t *out);

/* ---- Files -------------------------------------------------------------- */

/* The whole file ("-" is stdin).  A file that cannot be opened or read dies;
 * one over `limit` bytes returns false (the caller makes it a fault). */
MUST_USE bool file_read(struct arena *a, const char *path, size_t limit, struct str *out);
bool file_exists(const char *path); /* a regular file that can be read */

/* A set of files that appears whole or not at all.  Nothing is written until
 * fileset_commit: all temporary files first, then all renames, the member
 * added last renamed last.  The environment's troubles die, after removing
 * the temporary files. */
struct fileset;
struct fileset *fileset_new(struct arena *a, const char *directory);
void fileset_add(struct fileset *f, struct str name, struct str content);
void fileset_commit(struct fileset *f); /* makes the directory if absent */

#endif
