package main

import (
	"slices"
	"testing"
)

// Administrators list addresses among the hosts, too; a new one must not end
// HTTPS, or ask for a new root on every phone.
func TestAddressesAmongTheHostsAreNoNamesOfTheAuthority(t *testing.T) {
	hosts := []string{"192.168.1.10", "exam.lan", "fd00::5", "kaodian.home.arpa"}
	if got := namesOnly(hosts); !slices.Equal(got, []string{"exam.lan", "kaodian.home.arpa"}) {
		t.Errorf("names are %v", got)
	}
	if hosts[0] != "192.168.1.10" {
		t.Error("the settings themselves were changed")
	}
}
