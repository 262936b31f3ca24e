/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as an overlay, applied twice to a small board with labels, and any
 * bytes as a board, under a small overlay. */
#include "../unit/blob.h"
#include "dt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str board(struct arena *a)
{
	struct blob b = blob_new(a);

	blob_begin(&b, "");
	blob_begin(&b, "soc");
	BLOB_CELLS(&b, "#address-cells", 1);
	blob_begin(&b, "uart@1000");
	BLOB_CELLS(&b, "phandle", 1);
	BLOB_CELLS(&b, "reg", 0x1000, 0x100);
	blob_end(&b);
	blob_end(&b);
	blob_begin(&b, "__symbols__");
	BLOB_TEXT(&b, "soc", "/soc");
	BLOB_TEXT(&b, "uart0", "/soc/uart@1000");
	blob_end(&b);
	return blob_finish(&b);
}

static struct str overlay(struct arena *a)
{
	struct blob b = blob_new(a);

	blob_begin(&b, "");
	blob_begin(&b, "fragment@0");
	BLOB_CELLS(&b, "target", 0xffffffff);
	blob_begin(&b, "__overlay__");
	BLOB_CELLS(&b, "clocks", 1);
	blob_begin(&b, "clock");
	BLOB_CELLS(&b, "phandle", 1);
	blob_end(&b);
	blob_end(&b);
	blob_end(&b);
	blob_begin(&b, "__fixups__");
	BLOB_TEXT(&b, "uart", "/fragment@0:target:0");
	blob_end(&b);
	blob_begin(&b, "__local_fixups__");
	blob_begin(&b, "fragment@0");
	blob_begin(&b, "__overlay__");
	BLOB_CELLS(&b, "clocks", 0);
	blob_end(&b);
	blob_end(&b);
	blob_end(&b);
	blob_begin(&b, "__symbols__");
	BLOB_TEXT(&b, "clock", "/fragment@0/__overlay__/clock");
	blob_end(&b);
	return blob_finish(&b);
}

static void apply(struct str base, struct str on_top)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a);
	const struct dt_source source = { STR("x.dtbo"), on_top };
	const struct dt_source overlays[] = { source, source };
	struct str merged;
	struct dt *t;

	if (dt_apply_overlays(a, d, (struct dt_source){ STR("board.dtb"), base }, overlays,
			      ARRAY_SIZE(overlays), &merged))
		BUG_ON(!dt_load(a, d, STR("board.dtb"), merged, &t));
	else
		BUG_ON(diag_nfaults(d) == 0);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str input = { (const char *)data, size };
	struct arena *a = arena_new();

	apply(board(a), input);
	apply(input, overlay(a));
	arena_free(a);
	return 0;
}
