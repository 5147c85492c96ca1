package store_test

import (
	"sync"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// loanPhone adds a phone that is the browser of that device.
func (c *centre) loanPhone(name, device string) string {
	c.t.Helper()
	id, err := c.AddLoanPhone(c.t.Context(), name, teacher)
	c.must(err)
	_, err = c.LinkLoanPhone(c.t.Context(), id, "token of "+name)
	c.must(err)
	_, err = c.BindLoanPhone(c.t.Context(), "token of "+name, device)
	c.must(err)
	return id
}

// lent is the phone with its last loan.
func (c *centre) lent(phone string) (of store.LentPhone) {
	c.t.Helper()
	list, err := c.ListLoanPhones(c.t.Context())
	c.must(err)
	for _, one := range list {
		if one.ID == phone {
			return one
		}
	}
	c.t.Fatal("the phone is not there")
	return of
}

func (c *centre) told(device string, held ...store.Held) store.LoanNow {
	c.t.Helper()
	now, err := c.TellLoan(c.t.Context(), device, held)
	c.must(err)
	return now
}

// logIn logs the order's candidate in on the device.
func (c *centre) logIn(order exam.Order, device string) {
	c.t.Helper()
	session := store.Session{Kind: store.CandidateSession, Subject: order.PersonKey(), Device: device, ExpiresAt: c.Now().Add(time.Hour)}
	c.must(c.CreateSession(c.t.Context(), "secret of "+device, session))
}

func good() []store.Part {
	return []store.Part{{"browser", "good", "good"}, {"storage", "good", "good"}, {"battery", "unknown", "unknown"}, {"recording", "good", "good"}, {"line", "warn", "slow"}}
}

// handedOut lends the phone to the order's candidate, whose loan it returns.
func (c *centre) handedOut(phone string, order exam.Order, device string) store.Loan {
	c.t.Helper()
	c.must(c.LendPhone(c.t.Context(), phone, order.ID, teacher))
	c.must(c.TellLoanCheck(c.t.Context(), device, c.told(device).LoanID, good()))
	return *c.lent(phone).Last
}

func TestALoanFromCheckToNothingRemains(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	phone := c.loanPhone("借 1", "phone")
	c.must(c.LendPhone(t.Context(), phone, order.ID, teacher))
	c.must(c.LendPhone(t.Context(), phone, order.ID, teacher)) // asked again
	now := c.told("phone")
	if now.Phone != "借 1" || now.State != store.LoanChecking || now.Ticket != "T1" {
		t.Errorf("the phone is told %+v", now)
	}
	bad := good()
	bad[3].State = "bad"
	c.must(c.TellLoanCheck(t.Context(), "phone", now.LoanID, bad))
	if last := c.lent(phone).Last; last.State != store.LoanChecking || last.Passed() || len(last.Parts) != 5 {
		t.Errorf("after a failed check: %+v", last)
	}
	wantCode(t, c.HandOut(t.Context(), now.LoanID, " ", teacher), exam.ReasonMissing)
	c.must(c.HandOut(t.Context(), now.LoanID, "家长同意用自带的相机", teacher))
	c.must(c.HandOut(t.Context(), now.LoanID, "家长同意用自带的相机", teacher))
	c.logIn(order, "phone")
	c.restart()
	c.must(c.TakePhoneBack(t.Context(), now.LoanID, teacher))
	c.must(c.TakePhoneBack(t.Context(), now.LoanID, teacher))
	if told := c.told("phone"); told.State != store.LoanReturning {
		t.Errorf("the phone is told %+v", told)
	}
	wantCode(t, c.LendPhone(t.Context(), phone, order.ID, teacher), store.LoanPhoneOut)
	c.must(c.ClearedLoan(t.Context(), "phone", now.LoanID, store.Removed{Recordings: 2, Bytes: 7}))
	c.must(c.ClearedLoan(t.Context(), "phone", now.LoanID, store.Removed{}))
	last := c.lent(phone).Last
	if last.State != store.LoanIsOver || last.ClearedAt.IsZero() || last.Removed != (store.Removed{Recordings: 2, Bytes: 7, Session: true}) {
		t.Errorf("afterwards: %+v", last)
	}
	if _, err := c.FindSession(t.Context(), "secret of phone", store.CandidateSession); err == nil {
		t.Error("the candidate is still logged in")
	}
	c.must(c.LendPhone(t.Context(), phone, order.ID, teacher))
	if _, err := c.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAPhoneIsLentOnlyWhereItMay(t *testing.T) {
	c := newCentre(t)
	order, other := c.enrol("T1"), c.enrolOther("T2", "110101201501010028")
	unbound, err := c.AddLoanPhone(t.Context(), "借 0", teacher)
	c.must(err)
	one, two := c.loanPhone("借 1", "one"), c.loanPhone("借 2", "two")
	wantCode(t, c.LendPhone(t.Context(), unbound, order.ID, teacher), store.LoanPhoneUnbound)
	wantCode(t, c.LendPhone(t.Context(), "nobody's", order.ID, teacher), refusal.NotFound)
	wantCode(t, c.LendPhone(t.Context(), one, "nobody's", teacher), refusal.NotFound)
	c.logIn(other, "one")
	wantCode(t, c.LendPhone(t.Context(), one, order.ID, teacher), store.LoanPhoneHolds)
	c.clock.Advance(2 * time.Hour) // that log-in is over
	c.handedOut(one, order, "one")
	wantCode(t, c.LendPhone(t.Context(), one, other.ID, teacher), store.LoanPhoneOut)
	wantCode(t, c.LendPhone(t.Context(), two, order.ID, teacher), store.LoanOrderElsewhere)
	wantCode(t, c.RetireLoanPhone(t.Context(), one, teacher), store.LoanPhoneOut)
	c.must(c.RetireLoanPhone(t.Context(), two, teacher))
	wantCode(t, c.LendPhone(t.Context(), two, other.ID, teacher), store.LoanPhoneRetired)
	if now := c.told("two"); now.Phone != "" {
		t.Errorf("a retired phone is told %+v", now)
	}
	three := c.loanPhone("借 2", "three") // a retired phone's name is free
	attempt := c.start(other)
	c.apply(other.ID, exam.Void{AttemptID: attempt.ID, By: staff, Reason: "停电"})
	c.must(c.LendPhone(t.Context(), three, other.ID, teacher)) // a voided attempt leaves the order open
	c.must(c.TakePhoneBack(t.Context(), c.told("three").LoanID, teacher))
	c.must(c.ClearedLoan(t.Context(), "three", c.told("three").LoanID, store.Removed{}))
	c.clock.Advance(72 * time.Hour) // the window closed
	wantCode(t, c.LendPhone(t.Context(), three, other.ID, teacher), store.LoanOrderOver)
}

func TestOneOfTwoHelpersLends(t *testing.T) {
	c := newCentre(t)
	orders := []exam.Order{c.enrol("T1"), c.enrolOther("T2", "110101201501010028")}
	phone := c.loanPhone("借 1", "phone")
	var group sync.WaitGroup
	got := make([]error, len(orders))
	for n, order := range orders {
		group.Go(func() { got[n] = c.LendPhone(t.Context(), phone, order.ID, teacher) })
	}
	group.Wait()
	if (got[0] == nil) == (got[1] == nil) {
		t.Fatalf("two helpers at once: %v, %v", got[0], got[1])
	}
	for _, err := range got {
		if err != nil {
			wantCode(t, err, store.LoanPhoneOut)
		}
	}
}

func TestAPhoneWithVideosOfItsOwnIsNotTakenBack(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	phone := c.loanPhone("借 1", "phone")
	loan := c.handedOut(phone, order, "phone")
	attempt := c.start(order)
	// A recording of which the server has nothing, and one whose length differs.
	held := store.Held{Attempt: attempt.ID, Name: "kaodian-1.mp4", Bytes: 1}
	c.told("phone", held)
	if unsent := c.lent(phone).Last.Unsent; unsent != (store.Unsent{Clips: 1, Bytes: 1}) {
		t.Errorf("on the phone only: %+v", unsent)
	}
	wantCode(t, c.TakePhoneBack(t.Context(), loan.ID, teacher), store.LoanHoldsClips)

	// Found only after the phone was asked: the loan goes on, and nothing is removed.
	c.told("phone")
	c.must(c.TakePhoneBack(t.Context(), loan.ID, teacher))
	if now := c.told("phone", held); now.State != store.LoanOut {
		t.Errorf("the phone is told %+v", now)
	}
	wantCode(t, c.ClearedLoan(t.Context(), "phone", loan.ID, store.Removed{}), store.LoanOver)

	// The centre has it now.
	u := store.Upload{ID: store.NewID(), Owner: order.PersonKey(), Attempt: attempt.ID, Item: "1", Size: 1, Filename: held.Name, Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(time.Hour)}
	_, err := c.CreateUpload(t.Context(), u, anyRoom)
	c.must(err)
	wantCode(t, c.TakePhoneBack(t.Context(), loan.ID, teacher), store.LoanHoldsClips)
	c.must(c.RecordOffsets(t.Context(), []store.Offset{{ID: u.ID, Bytes: 1, ArrivedAt: c.Now()}}))
	c.must(c.FinishUpload(t.Context(), u.ID, c.Now()))
	c.must(c.TakePhoneBack(t.Context(), loan.ID, teacher))
	if now := c.told("phone", held); now.State != store.LoanReturning {
		t.Errorf("the phone is told %+v", now)
	}
}

func TestAPhoneThatDoesNotAnswerIsGivenUpWithAReason(t *testing.T) {
	c := newCentre(t)
	order, other := c.enrol("T1"), c.enrolOther("T2", "110101201501010028")
	phone := c.loanPhone("借 1", "phone")
	loan := c.handedOut(phone, order, "phone")
	c.logIn(order, "phone")
	attempt := c.start(order)
	held := store.Held{Attempt: attempt.ID, Name: "kaodian-1.mp4", Bytes: 1}
	c.told("phone", held)
	wantCode(t, c.ForcePhoneBack(t.Context(), loan.ID, "", teacher), exam.ReasonMissing)
	c.must(c.ForcePhoneBack(t.Context(), loan.ID, "屏幕碎了", teacher))
	c.must(c.ForcePhoneBack(t.Context(), loan.ID, "屏幕碎了", teacher))
	if _, err := c.FindSession(t.Context(), "secret of phone", store.CandidateSession); err == nil {
		t.Error("the candidate is still logged in")
	}
	last := c.lent(phone).Last
	if last.State != store.LoanReturning || last.ForcedFor != "屏幕碎了" || !last.ClearedAt.IsZero() {
		t.Errorf("given up: %+v", last)
	}
	if now := c.told("phone", held); now.State != store.LoanReturning {
		t.Errorf("the phone that was given up is told %+v", now)
	}
	// The order may have another phone, and the phone another order; what it says of the former loan is heard.
	c.must(c.LendPhone(t.Context(), c.loanPhone("借 2", "two"), order.ID, teacher))
	c.must(c.LendPhone(t.Context(), phone, other.ID, teacher))
	wantCode(t, c.ForcePhoneBack(t.Context(), loan.ID+"x", "", teacher), exam.ReasonMissing)
	c.must(c.ClearedLoan(t.Context(), "phone", loan.ID, store.Removed{Recordings: 1}))
	if now := c.told("phone"); now.State != store.LoanChecking || now.Ticket != "T2" {
		t.Errorf("the phone is told %+v", now)
	}
	wantCode(t, c.HandOut(t.Context(), loan.ID, "已还", teacher), store.LoanOver)
}

func TestALinkMakesOneBrowserThePhone(t *testing.T) {
	c := newCentre(t)
	id, err := c.AddLoanPhone(t.Context(), " 借 1 ", teacher)
	c.must(err)
	_, err = c.AddLoanPhone(t.Context(), "借 1", teacher)
	wantCode(t, err, store.LoanPhoneNameTaken)
	_, err = c.AddLoanPhone(t.Context(), " ", teacher)
	wantCode(t, err, store.LoanPhoneNameEmpty)
	bind := func(token, device string) error {
		_, err := c.BindLoanPhone(t.Context(), token, device)
		return err
	}
	link := func(token string) {
		_, err := c.LinkLoanPhone(t.Context(), id, token)
		c.must(err)
	}
	link("first")
	wantCode(t, bind("other", "one"), store.LoanLinkNotValid)
	c.logIn(c.enrol("T1"), "own")
	wantCode(t, bind("first", "own"), store.LoanPhoneHolds)
	c.must(bind("first", "one"))
	c.must(bind("first", "one")) // its answer was lost
	wantCode(t, bind("first", "two"), store.LoanLinkNotValid)
	link("second")
	c.clock.Advance(15 * time.Minute)
	wantCode(t, bind("second", "two"), store.LoanLinkNotValid)
	link("third")
	c.must(bind("third", "two"))
	if now := c.told("one"); now.Phone != "" {
		t.Errorf("the former browser is told %+v", now)
	}
	c.must(c.RenameLoanPhone(t.Context(), id, "借 9", teacher))
	if now := c.told("two"); now.Phone != "借 9" {
		t.Errorf("the phone is told %+v", now)
	}
	second, err := c.AddLoanPhone(t.Context(), "借 2", teacher)
	c.must(err)
	_, err = c.LinkLoanPhone(t.Context(), second, "fourth")
	c.must(err)
	wantCode(t, bind("fourth", "two"), store.LoanPhoneKnown)
}

func TestR4ALentPhoneMayRecord(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	phone := c.loanPhone("借 1", "phone")
	session := store.Session{Device: "phone", DeviceKind: exam.Desktop}
	may := func() bool {
		may, err := c.MayRecord(t.Context(), session, false)
		c.must(err)
		return may
	}
	if may() {
		t.Error("a computer that is not lent may record")
	}
	loan := c.handedOut(phone, order, "phone")
	if !may() {
		t.Error("a computer that is lent may not record")
	}
	c.start(order)
	board, err := c.ListBoard(t.Context())
	c.must(err)
	if len(board) != 1 || board[0].LoanPhone != "借 1" {
		t.Errorf("on the board: %+v", board)
	}
	c.must(c.TakePhoneBack(t.Context(), loan.ID, teacher))
	if may() {
		t.Error("a computer that is taken back may record")
	}
}
