// [given] context.cpp: the switch of context.h for x86-64 (System V).
#include "context.h"

#if defined(__x86_64__)
__asm__(R"(
    .text
    .globl emu_switch
    .type emu_switch, @function
    .p2align 5
emu_switch:                     # rdi: stack to go on with, rsi: data
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, %rax             # result: the stack that was left, and the data
    movq %rsi, %rdx
    movq %rdi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    popq %rcx
    movq %rax, %rdi             # the same as arguments, for a stack that begins
    jmpq *%rcx
    .size emu_switch, . - emu_switch
)");
#endif
