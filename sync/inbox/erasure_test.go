package inbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/province/store"
	"kaodian/app/province/store/storetest"
	"kaodian/sync/batch"
	"kaodian/sync/records/recordstest"
)

// erased are the statements of a batch that tells that something of the order of that
// batch was erased.
func erased(first batch.Ref, what string) []string {
	name := fmt.Sprintf("%s-%d", first.Install, first.Sequence)
	return append(recordstest.Later(first), "INSERT INTO erasures VALUES ('person/"+name+"', 'order-"+name+"', '', '"+what+"', NULL, '监护人要求', 'system', 'op', 1782900007000)")
}

// kept says which files of a small batch the province has.
func (w *world) kept(what string) (roles []string) {
	for _, p := range plain(what) {
		if _, err := os.Stat(w.store.MediaPath(batch.Sum(p.Bytes))); err == nil {
			roles = append(roles, p.Role)
		}
	}
	return roles
}

// count is what a statement counts in the store.
func (w *world) count(statement string) int {
	w.t.Helper()
	return storetest.Count(w.t, w.folder, statement)
}

// R25: what a centre erased the province erases too, in every batch that told of the
// person; another person of the same batch keeps everything.
func TestR25_APersonThatACentreErasedIsErasedHere(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	first := s.Next(t, plain("a"), w.records())
	first.Write(t, w.root)
	w.receive()
	if got := w.kept("a"); len(got) != 3 {
		t.Fatalf("the first batch left %v", got)
	}
	before := w.count("SELECT count(*) FROM findings")
	storetest.Exec(t, w.folder,
		"INSERT INTO published SELECT centre, install, 1, 'x', 'orders', '', 1, 1, 1, NULL, NULL FROM batches LIMIT 1",
		"INSERT INTO expected SELECT batches.centre, orders.ticket, batches.install, 1, '钢琴', 3, 1, 2, '2026-08-03' FROM orders JOIN batches ON batches.number = orders.batch",
		"INSERT INTO expected SELECT centre, 'another', install, 1, '钢琴', 3, 1, 2, '2026-08-03' FROM batches LIMIT 1")
	s.Next(t, plain("b"), w.records(erased(first.Manifest.Ref(), "person")...)).Write(t, w.root)
	w.receive()
	if got := w.kept("a"); len(got) != 0 {
		t.Errorf("files of the erased are kept: %v", got)
	}
	if got := w.kept("b"); len(got) != 3 {
		t.Errorf("of another's files only %v are kept", got)
	}
	page, err := w.store.ListOrders(t.Context(), store.OrderFilter{Limit: 10})
	must(t, err)
	for _, order := range page.Orders {
		if gone := order.Ref.Sequence == 1; gone != (order.Candidate == "" && order.Ticket == "" && !order.ErasedAt.IsZero()) || order.Subject != "钢琴" {
			t.Errorf("batch %d shows %+v", order.Ref.Sequence, order)
		}
	}
	if left := w.count("SELECT count(*) FROM orders WHERE name = '' AND id_number = '' AND phone = '' AND guardian_address = '' AND consent_guardian = '' AND photo IS NULL"); left != 1 || len(page.Orders) != 2 {
		t.Errorf("%d of %d orders are without a person", left, len(page.Orders))
	}
	if left := w.count("SELECT count(*) FROM expected"); left != 1 {
		t.Errorf("%d tickets are expected, one of them another's", left)
	}
	if left := w.count("SELECT count(*) FROM findings"); before == 0 || left != 1 { // the other's
		t.Errorf("%d findings before, %d are left", before, left)
	}
	if told := w.count("SELECT count(*) FROM audit WHERE action = 'erasure_applied'"); told != 1 {
		t.Errorf("the audit log has %d lines of it", told)
	}
	_, err = w.store.VerifyAudit(t.Context())
	must(t, err)
}

// R25: what was written of others at the same centre loses the person's numbers and long
// name too, whole words that no other order has; all else stays.
func TestR25_WhatWasWrittenOfOthersLosesTheErasedPersonsWords(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	first := s.Next(t, plain("a"), w.records())
	first.Write(t, w.root)
	w.receive()
	s.Next(t, plain("b"), w.records()).Write(t, w.root)
	w.receive()
	of := func(number int) string {
		return fmt.Sprintf("(SELECT id FROM orders WHERE batch = (SELECT number FROM batches WHERE sequence = %d))", number)
	}
	storetest.Exec(t, w.folder,
		"UPDATE orders SET name = '欧阳长青', ticket = 'TK-778899', phone = '13888880000', id_number = '370102201301010011' WHERE id = "+of(1),
		"UPDATE orders SET phone = '13888880001', id_number = '370102201402020022', ticket = 'TK-7788990' WHERE id = "+of(2),
		"UPDATE items SET piece = '自选曲' WHERE (batch, attempt_id) IN (SELECT batch, id FROM attempts WHERE order_id = "+of(1)+")",
		"UPDATE decisions SET reason = '与欧阳长青（1388888 0000）换人，见 tk-778899' WHERE order_id = "+of(2),
		"UPDATE facts SET reason = '电话 138888800001', args = '{\"phone\":13888880000,\"name\":\"欧阳长青\"}' WHERE order_id = "+of(2)+" AND seq = (SELECT max(seq) FROM facts WHERE order_id = "+of(2)+")")
	if w.count("SELECT count(*) FROM decisions WHERE reason LIKE '与欧阳长青%'") == 0 || w.count("SELECT count(*) FROM items WHERE piece = '自选曲'") == 0 {
		t.Fatal("nothing names the person before")
	}
	s.Next(t, plain("c"), w.records(erased(first.Manifest.Ref(), "person")...)).Write(t, w.root)
	w.receive()
	for _, left := range []string{
		"SELECT count(*) FROM decisions WHERE reason LIKE '%长青%' OR reason LIKE '%0000%' OR reason LIKE '%778899%'",
		"SELECT count(*) FROM facts WHERE args LIKE '%长青%' OR args LIKE '%13888880000%' OR NOT json_valid(args)",
		"SELECT count(*) FROM items WHERE piece = '自选曲'",
	} {
		if w.count(left) != 0 {
			t.Errorf("%s counts %d", left, w.count(left))
		}
	}
	for _, kept := range []string{
		"SELECT count(*) FROM decisions WHERE reason LIKE '与■■■（■■■）换人，见 %'",
		"SELECT count(*) FROM facts WHERE reason = '电话 138888800001'",
	} {
		if w.count(kept) == 0 {
			t.Errorf("%s counts none", kept)
		}
	}
}

// A crash after the batch was taken in leaves files that no order has; the next run
// removes them.
func TestFilesOfAnErasedPersonGoAfterACrash(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	first := s.Next(t, plain("a"), w.records())
	first.Write(t, w.root)
	w.receive()
	s.Next(t, plain("b"), w.records(erased(first.Manifest.Ref(), "person")...)).Write(t, w.root)
	w.receive()
	for _, p := range plain("a") { // as a crash before their removal left them
		path := w.store.MediaPath(batch.Sum(p.Bytes))
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, p.Bytes, 0o600))
	}
	must(t, os.WriteFile(filepath.Join(w.inbox.Scratch, "keeping"), nil, 0o600))
	w.receive()
	if got := w.kept("a"); len(got) != 0 {
		t.Errorf("files of the erased are kept: %v", got)
	}
}

// R25: the consent was withdrawn, so frames go and all that was said of a face.
func TestR25_EvidenceThatACentreErasedIsErasedHere(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	first := s.Next(t, plain("a"), w.records("UPDATE findings SET kind = 'face_match'"))
	first.Write(t, w.root)
	w.receive()
	s.Next(t, plain("b"), w.records(erased(first.Manifest.Ref(), "evidence")...)).Write(t, w.root)
	w.receive()
	if got := w.kept("a"); strings.Join(got, " ") != "original photo" {
		t.Errorf("kept: %v", got)
	}
	if left := w.count("SELECT count(*) FROM findings WHERE kind = 'face_match' AND batch = 1"); left != 0 {
		t.Errorf("%d comparisons are left", left)
	}
	if left := w.count("SELECT count(*) FROM orders WHERE consent = 'declined' AND name <> ''"); left != 1 {
		t.Errorf("%d orders have declined", left)
	}
}
