// [given] kernel_address.cpp: kernels by their address, for launches through a void pointer.
#include "emu/kernel_address.h"

namespace emu
{

kernel_address_t *kernel_addresses;

bool call_by_address(const void *address, void **arguments)
{
    for (const kernel_address_t *k = kernel_addresses; k; k = k->next) {
        if (k->address != address) continue;
        k->call(address, arguments);
        return true;
    }
    return false;
}

}  // namespace emu
