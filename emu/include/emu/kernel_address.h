// [given] emu/kernel_address.h: kernels by their address, for launches through a void pointer.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

namespace emu
{

struct kernel_address_t {  // bin/nvcc writes one after each kernel that is no template
    const void *address;
    void (*call)(const void *address, void **arguments);
    kernel_address_t *next;

    template <class... A> explicit kernel_address_t(void (*kernel)(A...));
};

extern kernel_address_t *kernel_addresses;  // a list

template <class... A, size_t... I>
void call_kernel_with(void (*kernel)(A...), [[maybe_unused]] void **arguments, std::index_sequence<I...>)
{
    kernel(*static_cast<std::remove_reference_t<A> *>(arguments[I])...);
}

template <class... A> void call_kernel(const void *address, void **arguments)
{
    call_kernel_with(reinterpret_cast<void (*)(A...)>(const_cast<void *>(address)), arguments,
                     std::index_sequence_for<A...>());
}

template <class... A> kernel_address_t::kernel_address_t(void (*kernel)(A...))
    : address(reinterpret_cast<const void *>(kernel)), call(call_kernel<A...>), next(kernel_addresses)
{
    kernel_addresses = this;
}

// Calls the kernel, which takes the configuration pushed last. False where no kernel lies at this address.
bool call_by_address(const void *address, void **arguments);

}  // namespace emu
