package store_test

import (
	"testing"

	"kaodian/app/base/accounts/accountstest"
)

func TestAChangedAccountKeepsTheRest(t *testing.T) {
	accountstest.Check(t, newCentre(t).Accounts, "examiner")
}
