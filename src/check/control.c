/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ways to other owners' devices that need no DMA: clocks, resets, pins and the
 * like.  Who is given a provider has power over all that it serves.
 */
#include "judge.h"

#include <stdlib.h>

enum { CONSUMERS_SHOWN = 3 };

struct control_row {
	const char *what, *power;
};

static const struct control_row rows[NSUPPLY_CLASSES] = {
#define CONTROL(class, what, power) [SUPPLY_##class] = { what, power },
#include "control.def"
#undef CONTROL
};

/* One reference across a border. */
struct bond {
	dt_id device;   /* the assigned device that the provider belongs to    */
	dt_id consumer; /* of another owner                                    */
	struct str property;
	uint32_t cell;
	enum supply_class class;
};

struct bonds {
	struct judging *j;
	VEC(struct bond) v;
	VEC(struct bond) mail; /* clients of a guest's mailboxes, of any owner   */
};

/* A disabled consumer of dom0 has no driver that could suffer; of a part that
 * was left behind child-left-behind tells. */
static bool suffers(const struct judging *j, dt_id n, dt_id device)
{
	struct owner o = j->p->owners[n];

	if (o.kind == OWNER_NOBODY || owner_eq(o, j->p->owners[device]) ||
	    dt_is_in(j->p->dt, n, device))
		return false;
	return o.kind == OWNER_GUEST || facts_device(j->p->facts, n)->enabled;
}

static void add(struct bonds *b, dt_id provider, struct bond bond)
{
	const struct plan *p = b->j->p;

	if (provider == DT_NONE || p->owners[provider].kind != OWNER_GUEST)
		return;
	bond.device = p->device_of[provider];
	if (bond.device == DT_NONE)
		return;
	if (bond.class == SUPPLY_MAILBOX)
		VEC_PUSH(b->j->a, &b->mail, bond);
	else if (suffers(b->j, bond.consumer, bond.device))
		VEC_PUSH(b->j->a, &b->v, bond);
}

/* `cooling-device` names what a thermal zone slows down, not what it needs. */
static bool gives_power(const struct supplier *row)
{
	if (!row || (row->class != SUPPLY_MAILBOX && !rows[row->class].what))
		return false;
	return row->action != ACTION_NONE && !str_is(str_of(row->name), "cooling-device");
}

static void gather_refs(struct bonds *b, dt_id n, const struct dt_prop *p)
{
	const struct dt *t = b->j->p->dt;
	const struct supplier *row = dt_supplier(t, n, p);
	struct dt_refs refs;

	/* Interrupts are followed by facts. */
	if (!gives_power(row) || row->class == SUPPLY_INTERRUPT)
		return;
	refs = dt_refs(b->j->a, t, n, p, row);
	for (size_t i = 0; i < refs.n; i++)
		if (refs.v[i].health == REF_OK)
			add(b, refs.v[i].provider,
			    (struct bond){ .consumer = n,
					   .property = p->name,
					   .cell = refs.v[i].cell,
					   .class = row->class });
}

static void gather_lines(struct bonds *b, dt_id n)
{
	const struct device *dev = facts_device(b->j->p->facts, n);

	for (uint32_t i = 0; i < dev->nlines; i++)
		if (dev->lines[i].health == LINE_OTHER)
			add(b, dev->lines[i].controller,
			    (struct bond){ .consumer = n,
					   .property = str_of(dev->lines[i].property),
					   .cell = dev->lines[i].cell,
					   .class = SUPPLY_INTERRUPT });
}

static struct bonds gather(struct judging *j)
{
	const struct dt *t = j->p->dt;
	struct bonds b = { .j = j };

	for (dt_id n = 0; n < t->nnodes; n++) {
		const struct dt_node *node = dt_node(t, n);

		for (uint32_t i = 0; i < node->nprops; i++)
			gather_refs(&b, n, &t->props[node->first_prop + i]);
		gather_lines(&b, n);
	}
	return b;
}

/* ---- By device ------------------------------------------------------------------- */

/* What is sorted; the path saves a look-up and so an argument. */
struct tie {
	const struct bond *bond;
	struct str path; /* of the consumer                                   */
	uint32_t rank;
};

static int by_device(const void *x, const void *y)
{
	const struct tie *a = x, *b = y;
	int paths;

	if (a->bond->device != b->bond->device)
		return a->bond->device < b->bond->device ? -1 : 1;
	paths = str_cmp_natural(a->path, b->path);
	if (paths)
		return paths;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

static struct tie *sort(const struct judging *j, const struct bond *bonds, size_t n)
{
	struct tie *ties = ARENA_ARRAY(j->a, struct tie, n);

	for (size_t i = 0; i < n; i++)
		ties[i] = (struct tie){ &bonds[i], path_of(j, bonds[i].consumer), (uint32_t)i };
	if (n)
		qsort(ties, n, sizeof(*ties), by_device);
	return ties;
}

/* How many from the first on are about its device. */
static size_t same_device(const struct tie *ties, size_t n)
{
	size_t count = 0;

	while (count < n && ties[count].bond->device == ties->bond->device)
		count++;
	return count;
}

static bool is_new_consumer(const struct tie *ties, size_t i)
{
	return i == 0 || ties[i].bond->consumer != ties[i - 1].bond->consumer;
}

static void show_consumers(struct judging *j, struct finding *f, const struct tie *ties, size_t n)
{
	unsigned shown = 0;

	for (size_t i = 0; i < n && shown < CONSUMERS_SHOWN; i++) {
		const struct bond *b = ties[i].bond;

		if (!is_new_consumer(ties, i))
			continue;
		finding_place(
			j->d, f,
			dt_place_cell(j->p->dt, b->consumer, str_c(j->a, b->property), b->cell),
			"%s of a device of %.*s", rows[b->class].what,
			STR_ARG(owner_of(j, b->consumer)));
		shown++;
	}
}

/* What the guest could do, each power once, in the order of the table. */
static void say_powers(struct judging *j, struct finding *f, const struct tie *ties, size_t n)
{
	bool has[NSUPPLY_CLASSES] = { false };
	struct buf b = buf_new(j->a);
	const char *before = "";

	for (size_t i = 0; i < n; i++)
		has[ties[i].bond->class] = true;
	for (int c = 0; c < NSUPPLY_CLASSES; c++) {
		if (!has[c] || !strcmp(rows[c].power, before))
			continue;
		buf_format(&b, "%s%s", b.n ? "; " : "the guest could ", rows[c].power);
		before = rows[c].power;
	}
	finding_note(j->d, f, "%.*s", STR_ARG(buf_get(&b)));
}

static size_t count_consumers(const struct tie *ties, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += is_new_consumer(ties, i);
	return count;
}

static void judge_provider(struct judging *j, const struct guest_plan *g,
			   const struct plan_device *pd, const struct tie *ties, size_t n)
{
	size_t nconsumers = count_consumers(ties, n);
	struct str more = nconsumers > 1
				  ? str_format(j->a, ", and %zu more like it", nconsumers - 1)
				  : STR_NONE;
	struct finding *f = judge_device(j, RULE_SHARED_PROVIDER, g, pd,
					 "`%.*s` serves `%.*s`, which belongs to %.*s%.*s",
					 STR_ARG(path_of(j, pd->node)), STR_ARG(ties->path),
					 STR_ARG(owner_of(j, ties->bond->consumer)), STR_ARG(more));

	show_consumers(j, f, ties, n);
	say_powers(j, f, ties, n);
	finding_help(j->d, f,
		     nconsumers > 1
			     ? "leave it to dom0, or give all that it serves to this guest or "
			       "withhold it"
			     : "leave it to dom0, or give `%.*s` to this guest or withhold it",
		     STR_ARG(ties->path));
}

/* ---- Mailboxes --------------------------------------------------------------------- */

/* The processor behind it does what it is asked for, with its own reach. */
static bool is_confined(const struct judging *j, const struct bond *b)
{
	dt_id device = j->p->device_of[b->consumer];

	return owner_eq(j->p->owners[b->consumer], j->p->owners[b->device]) && device != DT_NONE &&
	       j->p->topology->verdicts[device].verdict == VERDICT_PROTECTED;
}

static bool is_mailbox(const struct judging *j, const struct plan_device *pd)
{
	dt_id end = dt_node(j->p->dt, pd->node)->end;

	for (dt_id n = pd->node; n < end; n++)
		if (j->p->device_of[n] == pd->node && dt_has(j->p->dt, n, "#mbox-cells"))
			return true;
	return false;
}

/* Of a mailbox without clients nobody knows who listens. */
static void judge_mailbox(struct judging *j, const struct guest_plan *g,
			  const struct plan_device *pd, const struct tie *ties, size_t n)
{
	const struct tie *loose = NULL;
	struct finding *f;

	for (size_t i = 0; i < n && !loose; i++)
		if (!is_confined(j, ties[i].bond))
			loose = &ties[i];
	if (!is_mailbox(j, pd) || (n && !loose))
		return;
	f = judge_device(j, RULE_PROCESSOR_MAILBOX, g, pd,
			 "`%.*s` carries messages to another processor, which no IOMMU confines",
			 STR_ARG(path_of(j, pd->node)));
	if (loose)
		finding_place(j->d, f,
			      dt_place_cell(j->p->dt, loose->bond->consumer,
					    str_c(j->a, loose->bond->property), loose->bond->cell),
			      "a device of %.*s that uses it",
			      STR_ARG(owner_of(j, loose->bond->consumer)));
	finding_note(j->d, f,
		     "what that processor does for whoever asks it, it does with its own reach: "
		     "memory of others, clocks, power");
	finding_help(j->d, f,
		     "leave it to dom0; or, if its firmware checks what it is asked for, write "
		     "allow = [ \"processor-mailbox %.*s: REASON\" ]",
		     STR_ARG(path_of(j, pd->node)));
}

/* ---- Watchdogs ------------------------------------------------------------------------ */

static void judge_watchdog(struct judging *j, const struct guest_plan *g,
			   const struct plan_device *pd)
{
	struct str name = dt_base_name(j->p->dt, pd->node);
	struct finding *f;

	if (!str_is(name, "watchdog") && !str_is(name, "wdt"))
		return;
	f = judge_device(j, RULE_WATCHDOG_GIVEN, g, pd,
			 "with `%.*s` the guest can reset the whole board",
			 STR_ARG(path_of(j, pd->node)));
	finding_note(j->d, f,
		     "a watchdog of the SoC resets Xen and every guest along with its owner");
	finding_help(j->d, f,
		     "xl and Xen have a watchdog for each domain, which resets only that one");
}

/* Ties are sorted by device: those of this one, and their number. */
static size_t find_ties(const struct tie *ties, size_t n, dt_id device, const struct tie **first)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ties[middle].bond->device < device)
			low = middle + 1;
		else
			high = middle;
	}
	*first = ties + low;
	return low < n && ties[low].bond->device == device ? same_device(*first, n - low) : 0;
}

void judge_control(struct judging *j)
{
	struct bonds b = gather(j);
	const struct tie *ties = sort(j, b.v.v, b.v.n), *mail = sort(j, b.mail.v, b.mail.n);
	const struct guest_plan *g;
	const struct plan_device *pd;

	EACH_GUEST(g, j->p)
	VEC_EACH (pd, &g->devices) {
		const struct tie *first;
		size_t n;

		/* What nobody may have has a finding that says so. */
		if (!owned_by(j, g, pd->node) ||
		    !judge_is_device(facts_device(j->p->facts, pd->node)))
			continue;
		n = find_ties(ties, b.v.n, pd->node, &first);
		if (n)
			judge_provider(j, g, pd, first, n);
		n = find_ties(mail, b.mail.n, pd->node, &first);
		judge_mailbox(j, g, pd, first, n);
		judge_watchdog(j, g, pd);
	}
}
