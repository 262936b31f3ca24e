/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lists that give a device to a guest, word by word as xl takes them.
 * Facts: Xen tools/xl/xl_parse.c:parse_config_data ("dtdev", "irqs", "iomem").
 */
#include "reader.h"

/* What isspace of the C locale takes, and so strtoul and sscanf. */
static struct str skip_space(struct str s)
{
	while (s.n && s.s[0] && strchr(" \t\n\v\f\r", s.s[0]))
		s = str_from(s, 1);
	return s;
}

static struct word *words(struct reader *r, const struct cfg_value *list, size_t *n)
{
	struct word *out = ARENA_ARRAY(r->arena, struct word, list->nitems);

	for (size_t i = 0; i < list->nitems; i++)
		out[i] = read_word(r, &list->items[i]);
	*n = list->nitems;
	return out;
}

void read_dtdev(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	size_t n = 0;

	(void)k;
	r->guest->devices = ARENA_ARRAY(r->arena, struct word, v->nitems);
	for (size_t i = 0; i < v->nitems; i++) {
		const struct cfg_value *item = &v->items[i];

		if (!item->text.n)
			read_fault(r, RULE_BAD_ENTRY, item, STR_NONE, STR("remove the entry"),
				   "expected a device in `dtdev`, found an empty string");
		else if (item->text.n > LIMIT_PATH)
			read_fault(r, RULE_BAD_ENTRY, item, STR_NONE,
				   STR("xl takes paths of up to 4096 bytes"),
				   "expected a device in `dtdev`, found %zu bytes", item->text.n);
		else
			r->guest->devices[n++] = read_word(r, item);
	}
	r->guest->ndevices = n;
}

void read_device_tree(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	(void)k;
	r->guest->device_tree = read_word(r, v);
}

/* ---- irqs ---------------------------------------------------------------------- */

static struct str irq_help(struct arena *a, struct str word)
{
	uint64_t hex;

	if (str_starts(word, "0x") && str_to_u64(word, 16, &hex))
		return str_format(a, "xl reads irqs in decimal: write %llu",
				  (unsigned long long)hex);
	return STR("write the number of the interrupt at the GIC in decimal, SPI 0 being 32");
}

/* strtoul in base 10, the whole string, below 2^32 - 1. */
static bool read_irq(struct reader *r, const struct cfg_value *v, uint64_t *out)
{
	struct str digits = skip_space(v->text);

	if (str_starts(digits, "+"))
		digits = str_from(digits, 1);
	if (!str_to_u64(digits, 10, out))
		return read_fault(r, RULE_BAD_ENTRY, v, STR_NONE, irq_help(r->arena, v->text),
				  "expected a decimal number in `irqs`, found `%.*s`",
				  STR_ARG(v->text));
	if (*out >= UINT32_MAX)
		return read_fault(r, RULE_BAD_ENTRY, v, STR_NONE, irq_help(r->arena, v->text),
				  "expected an interrupt number in `irqs`, found %.*s, which no "
				  "GIC has",
				  STR_ARG(v->text));
	return true;
}

void read_irqs(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	(void)k;
	g->irqs = ARENA_ARRAY(r->arena, struct irq_word, v->nitems);
	for (size_t i = 0; i < v->nitems; i++) {
		struct irq_word *w = &g->irqs[g->nirqs];

		if (!read_irq(r, &v->items[i], &w->intid))
			continue;
		w->word = read_word(r, &v->items[i]);
		g->nirqs++;
	}
}

/* ---- iomem --------------------------------------------------------------------- */

/* sscanf %x: blanks first, 0x or not.  A sign or a number that does not fit is
 * taken by xl, and becomes another number; here it is none. */
static bool take_hex(struct str *rest, uint64_t *out)
{
	struct str s = skip_space(*rest);
	size_t n = 0;

	if (str_starts(s, "0x") || str_starts(s, "0X"))
		n = 2;
	while (n < s.n && s.s[n] && strchr("0123456789abcdefABCDEF", s.s[n]))
		n++;
	if (!str_to_u64(str_sub(s, 0, n), 16, out))
		return false;
	*rest = str_from(s, n);
	return true;
}

static bool take_char(struct str *rest, char c)
{
	if (!rest->n || rest->s[0] != c)
		return false;
	*rest = str_from(*rest, 1);
	return true;
}

/* Where the word stops to make sense, in `rest`; its help, or NULL if all is well. */
static const char *parse_iomem(struct iomem_word *w, struct str *rest)
{
	if (!take_hex(rest, &w->mfn))
		return "begin with the page frame number in hex: address / 4096, without sign";
	if (!take_char(rest, ','))
		return str_trim(*rest).n && str_trim(*rest).s[0] == ','
			       ? "remove the blank before the comma"
			       : "write a comma and the number of pages in hex behind the page "
				 "frame number";
	if (!take_hex(rest, &w->count))
		return "write the number of pages in hex behind the comma";
	w->has_gfn = take_char(rest, '@');
	if (w->has_gfn && !take_hex(rest, &w->gfn))
		return "write the guest's page frame number in hex behind the @, or remove the @";
	if (rest->n)
		return str_trim(*rest).n ? "write \"MFN,COUNT\" or \"MFN,COUNT@GFN\" and nothing "
					   "else, one range an entry"
					 : "remove the blank at the end";
	return NULL;
}

/* The last page of a 64-bit address space. */
#define LAST_FRAME (UINT64_MAX >> PAGE_SHIFT)

static bool fits(uint64_t first, uint64_t count)
{
	return first <= LAST_FRAME && count - 1 <= LAST_FRAME - first;
}

static bool read_iomem_word(struct reader *r, const struct cfg_value *v, struct iomem_word *w)
{
	struct str rest = v->text;
	const char *help = parse_iomem(w, &rest);

	if (help)
		return read_fault(r, RULE_BAD_ENTRY, v, rest, str_of(help),
				  "expected \"MFN,COUNT\" or \"MFN,COUNT@GFN\" in `iomem`, found "
				  "`%.*s`",
				  STR_ARG(v->text));
	if (w->count == 0)
		return read_fault(r, RULE_BAD_ENTRY, v, STR_NONE,
				  STR("write how many pages; Xen refuses a range of none"),
				  "expected at least one page in `iomem`, found 0");
	if (!fits(w->mfn, w->count) || (w->has_gfn && !fits(w->gfn, w->count)))
		return read_fault(r, RULE_BAD_ENTRY, v, STR_NONE,
				  STR("iomem takes page frame numbers, that is address / 4096, and "
				      "a number of pages, all in hex"),
				  "expected pages below 2^64 bytes in `iomem`, found `%.*s`",
				  STR_ARG(v->text));
	if (!w->has_gfn)
		w->gfn = w->mfn;
	return true;
}

void read_iomem(struct reader *r, const struct key *k, const struct cfg_value *v)
{
	struct guest_request *g = r->guest;

	(void)k;
	g->iomem = ARENA_ARRAY(r->arena, struct iomem_word, v->nitems);
	for (size_t i = 0; i < v->nitems; i++) {
		struct iomem_word *w = &g->iomem[g->niomem];

		*w = (struct iomem_word){ 0 };
		if (!read_iomem_word(r, &v->items[i], w))
			continue;
		w->word = read_word(r, &v->items[i]);
		g->niomem++;
	}
}

/* ---- The managed block --------------------------------------------------------- */

/* What stands there is compared, not read: any shape but ours is a difference. */
static struct word *block_list(struct reader *r, const char *key, size_t *n)
{
	struct cfg_setting s;

	*n = 0;
	if (!cfg_find(r->arena, r->cfg, str_of(key), CFG_BLOCK, &s) || s.value.kind != CFG_LIST)
		return NULL;
	return words(r, &s.value, n);
}

void read_block(struct reader *r)
{
	struct block_entries *b = &r->guest->block;
	struct cfg_setting s;

	if (!r->cfg->has_block)
		return;
	b->dtdev = block_list(r, "dtdev", &b->ndtdev);
	b->irqs = block_list(r, "irqs", &b->nirqs);
	b->iomem = block_list(r, "iomem", &b->niomem);
	if (cfg_find(r->arena, r->cfg, STR("device_tree"), CFG_BLOCK, &s))
		b->device_tree = read_word(r, &s.value);
	if (cfg_find(r->arena, r->cfg, STR("shadow_memory"), CFG_BLOCK, &s))
		b->shadow_memory = read_word(r, &s.value);
}
