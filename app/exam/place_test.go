package exam

import "testing"

func TestR4_WhereADeviceMayRecord(t *testing.T) {
	for place, want := range map[Place]bool{
		{Kind: "phone"}:                true,
		{Kind: "tablet"}:               true,
		{}:                             true,
		{Kind: Desktop}:                false,
		{Kind: Desktop, Own: true}:     true,
		{Kind: Desktop, Allowed: true}: true,
	} {
		if got := place.MayRecord(); got != want {
			t.Errorf("%+v: %v", place, got)
		}
	}
}
