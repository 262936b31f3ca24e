/* SPDX-License-Identifier: BSD-2-Clause */
/* What the judges of PCI share. */
#ifndef DTASSIGN_CHECK_PCI_H
#define DTASSIGN_CHECK_PCI_H

#include "judge.h"

/* The first IOMMU at work that iommu-map of the bridge leads to, or NULL. */
const struct iommu *pci_iommu_of(const struct judging *j, dt_id bridge);
/* Notes: what becomes of a function without a stream. */
void pci_say_gap(struct judging *j, struct finding *f, dt_id bridge);
struct str pci_name(struct judging *j, const struct pci_word *w, uint32_t rid);

/* pci_words.c: `pci = [ ... ]` of every guest. */
void pci_judge_words(struct judging *j);

#endif
