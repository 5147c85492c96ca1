package webkit

import (
	"net/netip"

	"github.com/gofiber/fiber/v2"
)

// Address is where a request came from: the socket's address, in IPv6 its
// network, because a phone can choose any address within it.
func Address(c *fiber.Ctx) string {
	address, err := netip.ParseAddr(c.IP())
	if err != nil {
		return c.IP()
	}
	return Network(address).String()
}

// Network is the part of an address that one phone cannot change.
func Network(address netip.Addr) netip.Addr {
	const network = 64
	address = address.Unmap()
	if address.Is6() && !address.IsLoopback() {
		return netip.PrefixFrom(address, network).Masked().Addr()
	}
	return address
}

// IsOwn says whether an address is the server's own screen. Other loopback
// addresses are for programs that simulate phones.
func IsOwn(address string) bool { return address == "127.0.0.1" || address == "::1" }
