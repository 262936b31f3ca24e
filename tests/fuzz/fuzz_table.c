/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a table of the operator's own suppliers. */
#include "dt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A root and nothing else (DTSpec 5). */
static const unsigned char board[72] = {
	0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 72, 0, 0, 0, 56, 0, 0, 0, 72, /* magic, sizes   */
	0,    0,    0,    40,   0, 0, 0, 17, 0, 0, 0, 16, 0, 0, 0, 0,  /* version 17     */
	0,    0,    0,    0,    0, 0, 0, 16, 0, 0, 0, 0,  0, 0, 0, 0,  /* no reservations */
	0,    0,    0,    0,    0, 0, 0, 0,  0, 0, 0, 1,  0, 0, 0, 0,  /* the root       */
	0,    0,    0,    2,    0, 0, 0, 9,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct diag *d = diag_new(a);
	struct buf said = buf_new(a);
	struct str blob = { (const char *)board, sizeof(board) };
	struct str text = { (const char *)data, size };
	struct dt *t;
	bool good;

	BUG_ON(!dt_load(a, d, STR("board.dtb"), blob, &t));
	good = dt_read_suppliers(a, d, STR("suppliers.txt"), text, t);
	BUG_ON(good != (diag_nfaults(d) == 0));
	for (size_t i = 0; i < size && i < 64; i++) {
		struct dt_prop p = { { text.s + i, (size - i) / 2 }, STR_NONE };
		const struct supplier *row = dt_supplier(t, DT_ROOT, &p);

		BUG_ON(row && row->cells == CELLS_NONE);
	}
	(void)diag_settle(d, FAIL_ON_ERROR);
	diag_text(d, false, &said);
	diag_json(d, &said);
	arena_free(a);
	return 0;
}
