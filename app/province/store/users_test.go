package store_test

import (
	"testing"

	"kaodian/app/base/accounts/accountstest"
)

func TestAChangedAccountKeepsTheRest(t *testing.T) {
	accountstest.Check(t, newStore(t).Accounts, "viewer")
}
