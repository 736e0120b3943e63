// [given] race.h: what segments.cpp, race.cpp and race_report.cpp are to each other.
#pragma once
#include "check.h"

namespace emu::check
{

struct hazard_t {
    const char *name;
    uintptr_t a, size;
    uint32_t segment, other, pc, other_pc;  // other: SPLIT if it is not known which thread
    unsigned flags;
    unsigned char before[4];
};

extern uint32_t
    own_first;  // first segment of the running launch; hot.launch_first: of the earliest that may run beside it
extern bool fences, atomics;  // the running launch has executed a __threadfence, an atomic operation

bool in_scope(uint32_t segment, bool shared);   // may it run at the same time, as far as barriers of the block go?
bool unordered(uint32_t segment, bool shared);  // nothing orders it before the running thread
void race_release_acquire(uintptr_t a, unsigned flags);  // an atomic or volatile access has been seen
void tell_plain_reads(void);                             // an interval has ended
void report_race(const hazard_t &h);
}  // namespace emu::check
