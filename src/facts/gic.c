/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Specifiers of the GIC: bindings interrupt-controller/arm,gic.yaml and
 * arm,gic-v3.yaml; Linux drivers/irqchip/irq-gic.c and irq-gic-v3.c,
 * gic_irq_domain_translate; ranges of INTIDs: GIC architecture (IHI 0069),
 * 2.2.1.
 */
#include "derive.h"

#define SENSE_MASK 0xf /* the rest of the third cell is a mask of CPUs */

/* First cell of a specifier: a kind of interrupt and where its INTIDs lie. */
static const struct kind {
	enum line_type type;
	uint32_t first, count;
	uint32_t since_version;
} kinds[] = {
	{ LINE_SPI, FIRST_SPI, LAST_SPI - FIRST_SPI + 1, 2 },
	{ LINE_PPI, 16, 16, 2 },
	{ LINE_ESPI, 4096, 1024, 3 },
	{ LINE_EPPI, 1056, 64, 3 },
};

const char *line_type_name(enum line_type t)
{
	static const char *const names[] = {
		[LINE_SPI] = "spi",
		[LINE_PPI] = "ppi",
		[LINE_ESPI] = "espi",
		[LINE_EPPI] = "eppi",
	};

	return names[t];
}

const char *trigger_name(enum trigger t)
{
	static const char *const names[] = {
		[TRIGGER_NONE] = "none",
		[TRIGGER_EDGE_RISING] = "edge-rising",
		[TRIGGER_EDGE_FALLING] = "edge-falling",
		[TRIGGER_LEVEL_HIGH] = "level-high",
		[TRIGGER_LEVEL_LOW] = "level-low",
		[TRIGGER_INVALID] = "invalid",
	};

	return names[t];
}

static enum trigger trigger_of(uint32_t flags)
{
	switch (flags & SENSE_MASK) {
	case 0:
		return TRIGGER_NONE;
	case 1:
		return TRIGGER_EDGE_RISING;
	case 2:
		return TRIGGER_EDGE_FALLING;
	case 4:
		return TRIGGER_LEVEL_HIGH;
	case 8:
		return TRIGGER_LEVEL_LOW;
	default:
		return TRIGGER_INVALID;
	}
}

uint32_t gic_xen_decode(const uint32_t *specifier, uint32_t n)
{
	/* At least three cells, at most DT_MAX_IRQ_SPEC; any first cell but 0 is
	 * taken for a PPI. */
	if (n < 3 || n > 4)
		return LINE_NONE;
	return specifier[1] + (specifier[0] ? 16 : 32);
}

/* An extended SPI may also be written as the SPI whose number leads to its
 * INTID; it is the one way that Xen understands (vgic.h, espi_idx_to_intid). */
static const struct kind *kind_of(const uint32_t *specifier, uint32_t version, uint32_t *number)
{
	const struct kind *espi = &kinds[LINE_ESPI];
	const struct kind *kind;

	if (specifier[0] >= ARRAY_SIZE(kinds))
		return NULL;
	kind = &kinds[specifier[0]];
	*number = specifier[1];
	if (kind->type == LINE_SPI && version >= espi->since_version &&
	    *number >= espi->first - kind->first &&
	    *number - (espi->first - kind->first) < espi->count) {
		*number -= espi->first - kind->first;
		kind = espi;
	}
	return kind->since_version <= version ? kind : NULL;
}

static void broken(struct line *line, const char *reason)
{
	line->health = LINE_BROKEN;
	line->reason = reason;
}

void gic_decode(struct derive *x, struct line *line)
{
	const uint32_t *cell = line->specifier;
	const struct kind *kind;
	uint32_t number;

	if (line->nspecifier < 3) {
		broken(line, "the GIC takes three cells or more");
		return;
	}
	kind = kind_of(cell, x->p->board_gic_version, &number);
	if (!kind) {
		broken(line, "the first cell is no kind of interrupt that this GIC has");
		return;
	}
	/* Some trees give SPIs as PPIs of high numbers; Linux and Xen alike add 16
	 * and find the SPI. */
	if (number >= (kind->type == LINE_PPI ? LAST_SPI - kind->first + 1 : kind->count)) {
		broken(line, "the GIC has no interrupt of this number");
		return;
	}
	line->health = LINE_GIC;
	line->type = kind->type;
	line->intid = kind->first + number;
	line->flags = cell[2];
	line->trigger = trigger_of(cell[2]);
	if (line->nspecifier >= 4 && x->p->board_gic_version >= 3)
		line->partition = dt_find_phandle(x->t, cell[3]);
}
