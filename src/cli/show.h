/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "view.h"

/* schemas/show.schema.json */
void show_json(struct run *r, struct nodes nodes, struct buf *out);

#endif
