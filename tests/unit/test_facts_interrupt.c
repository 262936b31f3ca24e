/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines.  Linux drivers/of/irq.c and drivers/irqchip/irq-gic*.c; Xen
 * xen/common/device-tree/device-tree.c and xen/arch/arm/gic.c.
 */
#include "facts_fixture.h"

#define GIC(more) \
	"gic: gic { compatible = \"arm,gic-v3\"; interrupt-controller;" \
	"#interrupt-cells = <3>; " more " };"
#define GIC2 \
	"gic: gic { compatible = \"arm,gic-400\"; interrupt-controller;" \
	"#interrupt-cells = <3>; };"
#define CONTROLLER(label, cells, more) \
	label ": " label " { interrupt-controller; #interrupt-cells = <" #cells ">; " more " };"
#define ON_GIC "interrupt-parent = <&gic>;"

static const struct line *line(const struct fixture *f, const char *path, uint32_t i)
{
	const struct device *dev = device(f, path);

	assert_true(i < dev->nlines);
	return &dev->lines[i];
}

static void check_gic(const struct fixture *f, const char *path, uint32_t i, enum line_type type,
		      uint32_t intid)
{
	const struct line *l = line(f, path, i);

	assert_int_equal(l->health, LINE_GIC);
	assert_int_equal(l->type, type);
	assert_int_equal(l->intid, intid);
	assert_int_equal(l->controller, f->p->board_gic);
}

static void check_other(const struct fixture *f, const char *path, uint32_t i, const char *where)
{
	const struct line *l = line(f, path, i);

	assert_int_equal(l->health, LINE_OTHER);
	assert_non_null(l->reason);
	assert_int_equal(l->controller, tree_node(f->t, where));
	assert_int_equal(l->xen_intid, LINE_NONE);
}

static void check_broken(const struct fixture *f, const char *path, uint32_t i)
{
	const struct line *l = line(f, path, i);

	assert_int_equal(l->health, LINE_BROKEN);
	assert_non_null(l->reason);
}

/* ---- What the GIC's cells say: gic_irq_domain_translate, gic_irq_xlate -------------- */

static void test_gic_types(void **state)
{
	struct fixture *f = *state;

	board(f,
	      "/ {" ON_GIC GIC("") "d { interrupts = <0 0 4 0 987 1 1 9 0xf08 2 3 4 3 5 2>; }; };");
	check_gic(f, "/d", 0, LINE_SPI, 32);
	check_gic(f, "/d", 1, LINE_SPI, 1019);
	check_gic(f, "/d", 2, LINE_PPI, 25);
	check_gic(f, "/d", 3, LINE_ESPI, 4099);
	check_gic(f, "/d", 4, LINE_EPPI, 1061);
	assert_int_equal(line(f, "/d", 0)->trigger, TRIGGER_LEVEL_HIGH);
	assert_int_equal(line(f, "/d", 1)->trigger, TRIGGER_EDGE_RISING);
	assert_int_equal(line(f, "/d", 2)->trigger, TRIGGER_LEVEL_LOW);
	assert_int_equal(line(f, "/d", 2)->flags, 0xf08); /* CPU mask of a GICv2 */
	assert_int_equal(line(f, "/d", 4)->trigger, TRIGGER_EDGE_FALLING);
	/* Xen takes any first cell but 0 for a PPI. */
	assert_int_equal(line(f, "/d", 0)->xen_intid, 32);
	assert_int_equal(line(f, "/d", 2)->xen_intid, 25);
	assert_int_equal(line(f, "/d", 3)->xen_intid, 19);
	assert_int_equal(line(f, "/d", 4)->xen_intid, 21);
	assert_true(device(f, "/d")->has_ppi);
	assert_int_equal(f->f->nlines_gic, 5);
}

static void test_gic_edges(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ON_GIC GIC("") "d { interrupts = <0 988 4 4 1 4 2 1024 4 3 64 4"
				      " 0 4064 4 0 5087 4 0 5088 4 0 1 0 0 1 6 0 1 3>; }; };");
	check_broken(f, "/d", 0);
	assert_int_equal(line(f, "/d", 0)->xen_intid, 1020); /* all the same */
	check_broken(f, "/d", 1);
	check_broken(f, "/d", 2);
	check_broken(f, "/d", 3);
	/* The one way to write an extended SPI that Xen understands. */
	check_gic(f, "/d", 4, LINE_ESPI, 4096);
	assert_int_equal(line(f, "/d", 4)->xen_intid, 4096);
	check_gic(f, "/d", 5, LINE_ESPI, 5119);
	check_broken(f, "/d", 6);
	assert_int_equal(line(f, "/d", 7)->trigger, TRIGGER_NONE);
	assert_int_equal(line(f, "/d", 8)->trigger, TRIGGER_INVALID);
	assert_int_equal(line(f, "/d", 9)->trigger, TRIGGER_INVALID);
}

static void test_ppi_beyond_15(void **state)
{
	struct fixture *f = *state;

	/* hi6220-hikey has such: both add 16 and find an SPI. */
	board(f, "/ {" ON_GIC GIC2
		 "d { interrupts = <1 126 4>; }; e { interrupts = <1 1004 4>; }; };");
	check_gic(f, "/d", 0, LINE_PPI, 142);
	assert_int_equal(line(f, "/d", 0)->xen_intid, 142);
	assert_false(device(f, "/d")->has_ppi);
	check_broken(f, "/e", 0);
}

static void test_gicv2_has_no_extended(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ON_GIC GIC2 "d { interrupts = <2 3 4 0 4064 4>; }; };");
	check_broken(f, "/d", 0);
	check_broken(f, "/d", 1);
}

static void test_partitions(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { interrupt-parent = <&gic>; gic: gic { compatible = \"arm,gic-v3\";"
		 "interrupt-controller; #interrupt-cells = <4>; ppi-partitions { p: p { }; }; };"
		 "d { interrupts = <1 7 4 &p 0 8 4 0>; }; };");
	check_gic(f, "/d", 0, LINE_PPI, 23);
	assert_int_equal(line(f, "/d", 0)->partition, tree_node(f->t, "/gic/ppi-partitions/p"));
	assert_int_equal(line(f, "/d", 0)->xen_intid, 23);
	check_gic(f, "/d", 1, LINE_SPI, 40);
	assert_int_equal(line(f, "/d", 1)->partition, DT_NONE);
	assert_int_equal(line(f, "/d", 1)->cell, 4);
}

static void test_two_cells(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { interrupt-parent = <&gic>; gic: gic { compatible = \"arm,gic-400\";"
		 "interrupt-controller; #interrupt-cells = <2>; }; d { interrupts = <1 7>; }; };");
	check_broken(f, "/d", 0);
	assert_int_equal(line(f, "/d", 0)->xen_intid, LINE_NONE);
	/* Xen has room for four: DT_MAX_IRQ_SPEC. */
	board(f, "/ { interrupt-parent = <&gic>; gic: gic { compatible = \"arm,gic-v3\";"
		 "interrupt-controller; #interrupt-cells = <5>; }; d { interrupts = <0 1 4 0 0>; "
		 "}; };");
	check_gic(f, "/d", 0, LINE_SPI, 33);
	assert_int_equal(line(f, "/d", 0)->xen_intid, LINE_NONE);
}

/* ---- Which controller: of_irq_find_parent, dt_irq_find_parent ------------------------- */

static void test_parent(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ON_GIC GIC("") CONTROLLER(
			 "gpio", 2, "") "a { interrupts = <0 1 4>; };"
					"b { interrupt-parent = <&gpio>; interrupts = <1 4 2 4>; c "
					"{ interrupts = <3 4>; }; };"
					/* A parent that is a controller ends the climb. */
					"m: m { #interrupt-cells = <1>; interrupt-controller; c { "
					"interrupts = <9>; }; }; };");
	check_gic(f, "/a", 0, LINE_SPI, 33);
	check_other(f, "/b", 0, "/gpio");
	check_other(f, "/b", 1, "/gpio");
	assert_int_equal(line(f, "/b", 1)->cell, 2);
	assert_int_equal(line(f, "/b", 1)->ncells, 2);
	assert_int_equal(line(f, "/b", 1)->specifier[0], 2);
	check_other(f, "/b/c", 0, "/gpio");
	check_other(f, "/m/c", 0, "/m");
}

static void test_no_parent(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" GIC("") "d { interrupts = <0 1 4>; };"
			       "e { interrupt-parent = <99>; interrupts = <0 1 4>; };"
			       "g { interrupt-parent = <0>; interrupts = <0 1 4>; }; };");
	assert_int_equal(device(f, "/d")->nlines, 1);
	check_broken(f, "/d", 0);
	assert_int_equal(line(f, "/d", 0)->controller, DT_NONE);
	check_broken(f, "/e", 0);
	check_broken(f, "/g", 0);
}

static void test_specifier_size(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ON_GIC GIC("") CONTROLLER(
			 "z", 0, "") "d { interrupts = <0 1 4 0 2>; }; e { interrupts = <1>; }; f "
				     "{ interrupts; };"
				     "g { interrupt-parent = <&z>; interrupts = <1 2>; }; };");
	assert_int_equal(device(f, "/d")->nlines, 2);
	check_gic(f, "/d", 0, LINE_SPI, 33);
	check_broken(f, "/d", 1);
	check_broken(f, "/e", 0);
	assert_int_equal(device(f, "/f")->nlines, 0);
	check_broken(f, "/g", 0); /* Xen divides by 0 here */
	assert_int_equal(facts_place_line(f->f, tree_node(f->t, "/d"), 1).cell, 3);
	assert_true(
		str_is(facts_place_line(f->f, tree_node(f->t, "/g"), 0).property, "interrupts"));
	board(f, "/ {" ON_GIC GIC("") "d { interrupts = <0 1 4>, [ 00 ]; }; };");
	check_broken(f, "/d", 1);
	assert_true(
		str_is(facts_place_line(f->f, tree_node(f->t, "/d"), 1).property, "interrupts"));
}

static void test_no_gic(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { interrupt-parent = <&arm>;" CONTROLLER("arm", 2,
							     "") "d { interrupts = <1 2>; }; };");
	check_other(f, "/d", 0, "/arm");
	assert_int_equal(f->f->nlines_gic, 0);
	/* A GIC without a driver in Xen: the line is known, Xen's is not. */
	board(f,
	      "/ { interrupt-parent = <&g>; g: g { compatible = \"qcom,msm-qgic2\";"
	      "interrupt-controller; #interrupt-cells = <3>; }; d { interrupts = <0 1 4>; }; };");
	check_gic(f, "/d", 0, LINE_SPI, 33);
	assert_int_equal(line(f, "/d", 0)->xen_intid, LINE_NONE);
}

/* ---- interrupts-extended ----------------------------------------------------------------- */

static void test_extended(void **state)
{
	struct fixture *f = *state;

	board(f, "/ {" ON_GIC GIC("") CONTROLLER(
			 "gpio", 2,
			 "") "d { interrupts = <0 50 4>; interrupt-names = \"a\", \"b\", \"c\";"
			     "interrupts-extended = <&gic 0 1 4 &gpio 5 8 &gic 0 2 1>; };"
			     "h { interrupts-extended = <0 &gic 0 1 4>; }; };");
	assert_int_equal(device(f, "/d")->nlines, 3); /* it wins over interrupts */
	check_gic(f, "/d", 0, LINE_SPI, 33);
	assert_int_equal(line(f, "/d", 0)->cell, 1);
	check_other(f, "/d", 1, "/gpio");
	assert_int_equal(line(f, "/d", 1)->cell, 5);
	check_gic(f, "/d", 2, LINE_SPI, 34);
	assert_true(str_is(line(f, "/d", 2)->name, "c"));
	assert_string_equal(line(f, "/d", 2)->property, "interrupts-extended");
	/* A hole takes one cell. */
	check_broken(f, "/h", 0);
	check_gic(f, "/h", 1, LINE_SPI, 33);
}

static void test_extended_broken(void **state)
{
	struct fixture *f = *state;

	/* Xen and Linux then turn to `interrupts`, so both are facts. */
	board(f, "/ {" ON_GIC GIC(
			 "") "n: n { };"
			     "d { interrupts-extended = <&gic 0 1 4 77 1>; interrupts = <0 9 4>; };"
			     "e { interrupts-extended = <&n 1>; };"
			     "g { interrupts-extended = <&gic 0 1>; };"
			     "h { interrupts-extended; interrupts = <0 7 4>; }; };");
	assert_int_equal(device(f, "/d")->nlines, 3);
	check_gic(f, "/d", 0, LINE_SPI, 33);
	check_broken(f, "/d", 1);
	check_gic(f, "/d", 2, LINE_SPI, 41);
	assert_string_equal(line(f, "/d", 2)->property, "interrupts");
	check_broken(f, "/e", 0);
	check_broken(f, "/g", 0);
	check_gic(f, "/h", 0, LINE_SPI, 39);
}

/* ---- interrupt-map: of_irq_parse_raw, dt_irq_map_raw ---------------------------------------- */

#define MAP(more) "#address-cells = <1>; #size-cells = <1>; #interrupt-cells = <1>; " more

static void test_map(void **state)
{
	struct fixture *f = *state;

	board(f, "/ { #address-cells = <1>; #size-cells = <1>;" ON_GIC GIC(
			 "#address-cells = <2>;") "bus { ranges;" MAP("interrupt-map-mask = <0 "
								      "0x3f>;"
								      "interrupt-map = <0 5 &gic 0 "
								      "0 0 10 4 0 6 &gic 0 0 0 11 "
								      "1>;") "a { reg = <1 1>; "
									     "interrupts = <5>; }; "
									     "b { reg = <2 1>; "
									     "interrupts = <0x46 "
									     "9>; }; }; };");
	check_gic(f, "/bus/a", 0, LINE_SPI, 42);
	assert_int_equal(line(f, "/bus/a", 0)->nexus, tree_node(f->t, "/bus"));
	assert_int_equal(line(f, "/bus/a", 0)->xen_intid, 42);
	assert_int_equal(line(f, "/bus/a", 0)->nspecifier, 3);
	check_gic(f, "/bus/b", 0, LINE_SPI, 43); /* under the mask */
	assert_int_equal(line(f, "/bus/b", 0)->trigger, TRIGGER_EDGE_RISING);
	check_broken(f, "/bus/b", 1);
	assert_int_equal(line(f, "/bus/b", 1)->xen_intid, LINE_NONE);
}

static void test_map_unit_address(void **state)
{
	struct fixture *f = *state;

	/* All bits count without a mask; the address is that of the device, raw. */
	board(f, "/ { #address-cells = <1>; #size-cells = <1>;" ON_GIC GIC(
			 "") "bus { ranges = <0 0x1000 0x1000>;" MAP("interrupt-map = <0x10 1 "
								     "&gic 0 1 4 0x20 1 &gic 0 2 "
								     "4>;") "a { reg = <0x10 1>; "
									    "interrupts = <1>; }; "
									    "b { reg = <0x20 1>; "
									    "interrupts = <1>; };"
									    "c { reg = <0x30 1>; "
									    "interrupts = <1>; }; "
									    "d { interrupts = "
									    "<1>; }; }; };");
	check_gic(f, "/bus/a", 0, LINE_SPI, 33);
	check_gic(f, "/bus/b", 0, LINE_SPI, 34);
	check_broken(f, "/bus/c", 0);
	check_broken(f, "/bus/d", 0);
	/* Linux takes zeros for the address of a device without reg; Xen fails. */
	board(f, "/ { #address-cells = <1>; #size-cells = <1>;" ON_GIC GIC("") "bus { ranges;" MAP(
			 "interrupt-map = <0 1 &gic 0 1 4>;") "d { interrupts = <1>; }; }; };");
	check_gic(f, "/bus/d", 0, LINE_SPI, 33);
	assert_int_equal(line(f, "/bus/d", 0)->xen_intid, LINE_NONE);
}

static void test_map_malformed(void **state)
{
	struct fixture *f = *state;

	/* Entries before the first mistake count, those behind it do not. */
	board(f, "/ {" ON_GIC GIC(
			 "") "n: n { };"
			     "bus { #address-cells = <0>; #interrupt-cells = <1>;"
			     "interrupt-map = <1 &gic 0 1 4 2 99 0 2 4 3 &gic 0 3 4>;"
			     "a { interrupts = <1>; }; b { interrupts = <2>; }; c { interrupts = "
			     "<3>; }; };"
			     "bus2 { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map = "
			     "<1 &n 0 1>;"
			     "a { interrupts = <1>; }; };"
			     "bus3 { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map = "
			     "<1 &gic 0 1>;"
			     "a { interrupts = <1>; }; };"
			     "bus4 { #address-cells = <0>; #interrupt-cells = <1>; "
			     "interrupt-map-mask = [ 00 ];"
			     "interrupt-map = <1 &gic 0 1 4>; a { interrupts = <1>; }; };"
			     "bus5 { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map;"
			     "a { interrupts = <1>; }; }; };");
	check_gic(f, "/bus/a", 0, LINE_SPI, 33);
	check_broken(f, "/bus/b", 0);
	check_broken(f, "/bus/c", 0);
	check_broken(f, "/bus2/a", 0);
	check_broken(f, "/bus3/a", 0);
	check_broken(f, "/bus4/a", 0);
	check_broken(f, "/bus5/a", 0);
}

static void test_map_last_entry(void **state)
{
	struct fixture *f = *state;

	/* Both ask for more than an entry with nothing behind its phandle. */
	board(f, "/ {" ON_GIC GIC("") CONTROLLER(
			 "z", 0, "") "bus { #address-cells = <0>; #interrupt-cells = <1>; "
				     "interrupt-map = <1 &z 2 &z>;"
				     "a { interrupts = <1>; }; b { interrupts = <2>; }; }; };");
	check_other(f, "/bus/a", 0, "/z");
	check_broken(f, "/bus/b", 0);
}

static void test_map_of_a_controller(void **state)
{
	struct fixture *f = *state;

	/* Linux follows the map of a controller, Xen stops at the controller;
	 * those on of_irq_imap_abusers end both. */
	board(f, "/ {" ON_GIC GIC(
			 "#address-cells = <0>;") "c: c { interrupt-controller; #address-cells = "
						  "<0>; #interrupt-cells = <1>;"
						  "interrupt-map = <1 &gic 0 1 4>; };"
						  "x: x { compatible = \"fsl,lx2160a-extirq\", "
						  "\"fsl,ls1088a-extirq\";"
						  "interrupt-controller; #address-cells = <0>; "
						  "#interrupt-cells = <2>;"
						  "interrupt-map = <0 0 &gic 0 1 4>; };"
						  "d { interrupts-extended = <&c 1 &x 0 4>; }; };");
	check_gic(f, "/d", 0, LINE_SPI, 33);
	assert_int_equal(line(f, "/d", 0)->xen_intid, LINE_NONE);
	check_other(f, "/d", 1, "/x");
}

static void test_map_to_a_disabled_target(void **state)
{
	struct fixture *f = *state;

	/* Linux passes over the entry, Xen takes it. */
	board(f, "/ {" ON_GIC GIC("") CONTROLLER(
			 "off", 1, "status = \"disabled\";") "bus { #address-cells = <0>; "
							     "#interrupt-cells = <1>;"
							     "interrupt-map = <1 &off 7 1 &gic 0 1 "
							     "4>; a { interrupts = <1>; }; }; };");
	check_gic(f, "/bus/a", 0, LINE_SPI, 33);
	assert_int_equal(line(f, "/bus/a", 0)->xen_intid, LINE_NONE);
}

static void test_nested_maps(void **state)
{
	struct fixture *f = *state;

	/* The second map compares the address that the first one gives. */
	board(f, "/ { #address-cells = <1>; #size-cells = <1>;" ON_GIC
			 GIC("") "outer: outer { ranges;" MAP(
				 "interrupt-map = <7 2 &gic 0 9 4>;") "};"
								      "bus { #address-cells = <0>; "
								      "#interrupt-cells = <1>;"
								      "interrupt-map = <1 &outer 7 "
								      "2>; a { interrupts = <1>; "
								      "}; }; };");
	check_gic(f, "/bus/a", 0, LINE_SPI, 41);
	assert_int_equal(line(f, "/bus/a", 0)->nexus, tree_node(f->t, "/outer"));
	assert_int_equal(line(f, "/bus/a", 0)->xen_intid, 41);
}

static void test_intx_controller(void **state)
{
	struct fixture *f = *state;

	/* Most host bridges: the map leads to a controller below themselves. */
	board(f, "/ {" ON_GIC GIC(
			 "") "pcie { #address-cells = <0>; #interrupt-cells = <1>; interrupts = <0 "
			     "5 4>;"
			     "interrupt-map = <1 &intx 0>; d { interrupts = <1>; };" CONTROLLER(
				     "intx", 1, "") "}; };");
	check_other(f, "/pcie/d", 0, "/pcie/intx");
	check_gic(f, "/pcie", 0, LINE_SPI, 37);
}

/* ---- Circles --------------------------------------------------------------------------------- */

static void test_circles(void **state)
{
	struct fixture *f = *state;

	/* Parents without #interrupt-cells: Xen's dt_irq_find_parent never ends. */
	board(f,
	      "/ {" GIC("") "a: a { interrupt-parent = <&b>; }; b: b { interrupt-parent = <&a>; };"
			    "d { interrupt-parent = <&a>; interrupts = <1>; }; };");
	check_broken(f, "/d", 0);
	/* Neither a controller nor a map: the walk goes round. */
	board(f, "/ {" GIC("") "a: a { #interrupt-cells = <1>; interrupt-parent = <&b>; };"
			       "b: b { #interrupt-cells = <1>; interrupt-parent = <&a>; };"
			       "d { interrupt-parent = <&a>; interrupts = <1>; }; };");
	check_broken(f, "/d", 0);
	/* Maps that lead to each other. */
	board(f, "/ {" GIC("") "a: a { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map "
			       "= <1 &b 1>; };"
			       "b: b { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map "
			       "= <1 &a 1>; };"
			       "d { interrupt-parent = <&a>; interrupts = <1>; }; };");
	check_broken(f, "/d", 0);
	/* One that leads to itself is an end for Linux, not for Xen. */
	board(f, "/ {" GIC("") "a: a { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map "
			       "= <1 &a 1>; };"
			       "d { interrupt-parent = <&a>; interrupts = <1>; }; };");
	check_other(f, "/d", 0, "/a");
	/* Its own parent. */
	board(f, "/ {" GIC("") "d: d { interrupt-parent = <&d>; interrupts = <1>; }; };");
	check_broken(f, "/d", 0);
}

/* ---- The line behind another controller ---------------------------------------------------------
 */

static void test_stacked(void **state)
{
	struct fixture *f = *state;

	board(f,
	      "/ {" ON_GIC GIC("") CONTROLLER("gpc", 3, "compatible = \"fsl,imx8mq-gpc\";")
		      CONTROLLER("pdc", 2,
				 "compatible = \"qcom,sdm845-pdc\", \"qcom,pdc\";"
				 "qcom,pdc-ranges = <0 480 94 94 609 15>;")
			      CONTROLLER("gpio", 2,
					 "") "d { interrupts-extended = <&gpc 0 7 4 &pdc 2 4 &pdc "
					     "95 1 &pdc 200 1 &gpio 1 2 &gpc 1 7 4>; }; };");
	check_other(f, "/d", 0, "/gpc");
	assert_int_equal(line(f, "/d", 0)->behind, 39);
	assert_int_equal(line(f, "/d", 1)->behind, 514);
	assert_int_equal(line(f, "/d", 2)->behind, 642);
	assert_int_equal(line(f, "/d", 3)->behind, LINE_NONE);
	assert_int_equal(line(f, "/d", 4)->behind, LINE_NONE);
	assert_int_equal(line(f, "/d", 5)->behind, LINE_NONE);
	/* Known only where the GIC is what stands behind it. */
	board(f, "/ {" ON_GIC GIC("") CONTROLLER("x", 3, "")
			 CONTROLLER("gpc", 3,
				    "compatible = \"fsl,imx8mq-gpc\"; interrupt-parent = "
				    "<&x>;") "d { interrupts-extended = <&gpc 0 7 4>; }; };");
	assert_int_equal(line(f, "/d", 0)->behind, LINE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_gic_types),
		TEST(test_gic_edges),
		TEST(test_ppi_beyond_15),
		TEST(test_gicv2_has_no_extended),
		TEST(test_partitions),
		TEST(test_two_cells),
		TEST(test_parent),
		TEST(test_no_parent),
		TEST(test_specifier_size),
		TEST(test_no_gic),
		TEST(test_extended),
		TEST(test_extended_broken),
		TEST(test_map),
		TEST(test_map_unit_address),
		TEST(test_map_malformed),
		TEST(test_map_last_entry),
		TEST(test_map_of_a_controller),
		TEST(test_map_to_a_disabled_target),
		TEST(test_nested_maps),
		TEST(test_intx_controller),
		TEST(test_circles),
		TEST(test_stacked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
