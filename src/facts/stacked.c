/* SPDX-License-Identifier: BSD-2-Clause */
/* The GIC line behind a controller that hands its interrupts on one to one. */
#include "derive.h"

#define MOST_PDC_RANGES 64 /* boards have ten at most */

enum stacking {
	STACKED_NOT,
	STACKED_SAME,
	STACKED_PDC,
};

static const struct {
	const char *compatible;
	enum stacking how;
} rows[] = {
#define STACKED(compatible, how, source) { (compatible), STACKED_##how },
#include "stacked.def"
#undef STACKED
};

void stacking_build(struct derive *x)
{
	x->stacking = ARENA_ARRAY(x->scratch, uint8_t, x->t->nnodes);
	for (dt_id n = 0; n < x->t->nnodes; n++) {
		if (!has_prop(x, n, PROP_INTERRUPT_CONTROLLER) || x->p->board_gic == DT_NONE ||
		    x->irq_parent[n] != x->p->board_gic)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			if (dt_is_compatible(x->t, n, rows[i].compatible))
				x->stacking[n] = (uint8_t)rows[i].how;
	}
}

static uint32_t pdc_spi(const struct derive *x, dt_id pdc, uint32_t pin)
{
	const struct dt_prop *p = get_prop(x, pdc, PROP_PDC_RANGES);
	uint32_t n = p ? dt_ncells(p) / 3 : 0;

	for (uint32_t i = 0; i < n && i < MOST_PDC_RANGES; i++) {
		uint32_t first = dt_cell(p, i * 3);

		if (pin >= first && pin - first < dt_cell(p, i * 3 + 2))
			return dt_cell(p, i * 3 + 1) + (pin - first);
	}
	return LINE_NONE;
}

uint32_t stacked_intid(const struct derive *x, const struct line *line)
{
	const uint32_t *cell = line->specifier;
	uint32_t spi = LINE_NONE;

	switch ((enum stacking)x->stacking[line->controller]) {
	case STACKED_NOT:
		return LINE_NONE;
	case STACKED_SAME:
		if (line->nspecifier == 3 && cell[0] == 0)
			spi = cell[1];
		break;
	case STACKED_PDC:
		if (line->nspecifier == 2)
			spi = pdc_spi(x, line->controller, cell[0]);
		break;
	}
	return spi <= LAST_SPI - FIRST_SPI ? spi + FIRST_SPI : LINE_NONE;
}
