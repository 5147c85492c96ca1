package main

import (
	"encoding/json"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/app/centre/store/storetest"
	"kaodian/sync/batch/parceltest"
	"kaodian/sync/drop/droptest"
)

// down is both programs, each as a process, and what they meet at.
type down struct {
	t                       *testing.T
	province, store, centre string // the province's program and its store; the centre's data folder
	root                    string // the drop's folder
	random                  *rand.Rand
}

// newDown is a centre that joined a province over a drop with that URL, whose
// files lie in root.
func newDown(t *testing.T, url, root string) *down {
	t.Helper()
	d := &down{t: t, province: filepath.Join(t.TempDir(), "kaodian-province"), centre: emptyCentre(t), root: root, random: rand.New(rand.NewSource(1))}
	d.store = filepath.Join(t.TempDir(), "province")
	build := exec.Command("go", "build", "-o", d.province, "../kaodian-province")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	invitation := filepath.Join(t.TempDir(), "north.json")
	d.there("init")
	d.there("enrol", "north", "--drop", url, "--out", invitation)
	d.here("enrol", invitation)
	d.receive()
	return d
}

// there runs the province's program.
func (d *down) there(args ...string) string {
	d.t.Helper()
	out, err := exec.Command(d.province, append(args, "--store", d.store)...).CombinedOutput()
	if err != nil {
		d.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (d *down) receive() { d.there("receive", "--root", d.root) }

// here runs the centre's program, which must do well.
func (d *down) here(args ...string) string {
	d.t.Helper()
	return mustSay(d.t, append(args, "--data", d.centre)...)
}

// killed runs a command of either program and kills it at some moment.
func (d *down) killed(program string, args ...string) {
	d.t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Dir = append(os.Environ(), asProgram+"=1"), d.t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	must(d.t, cmd.Start())
	kill := time.AfterFunc(time.Duration(d.random.Intn(400))*time.Millisecond, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	_ = cmd.Wait() // killed, or done before
	kill.Stop()
}

// published is what the province's list says of its parcels, the newest first.
func (d *down) published() (list []struct {
	State, Reason    string
	Added, Unchanged int
}) {
	d.t.Helper()
	must(d.t, json.Unmarshal([]byte(d.there("publish", "north", "--list", "--json")), &list))
	return list
}

func (d *down) count(statement string) (count int) {
	d.t.Helper()
	db := storetest.Open(d.t, filepath.Join(d.centre, databaseName))
	defer db.Close()
	must(d.t, db.QueryRow(statement).Scan(&count))
	return count
}

// Whatever is killed at each hand-over, in both programs: the list is taken in
// once, and the province knows it.
func TestAKillAtAnyHandOverLeavesAParcelTakenInOnce(t *testing.T) {
	root := t.TempDir()
	d := newDown(t, "dir:"+root, root)
	self, err := os.Executable()
	must(t, err)
	list := filepath.Join(t.TempDir(), "list.csv")
	must(t, os.WriteFile(list, []byte(parceltest.List("T10013", "T20026")), 0o600))
	d.there("publish", "north", "orders", list)
	for _, step := range [][]string{
		{d.province, "receive", "--root", root, "--store", d.store}, {self, "sync", "now", "--data", d.centre}, {self, "parcel", "take", "1", "--data", d.centre},
		{self, "sync", "now", "--data", d.centre}, {d.province, "receive", "--root", root, "--store", d.store},
	} {
		for range 4 {
			d.killed(step[0], step[1:]...)
		}
		d.whole(step)
	}
	if got := d.published(); len(got) != 1 || got[0].State != "taken" || got[0].Added != 2 {
		t.Errorf("the province knows %+v", got)
	}
	if orders, imports := d.count("SELECT count(*) FROM orders"), d.count("SELECT count(*) FROM audit WHERE action = 'orders_imported'"); orders != 2 || imports != 1 {
		t.Errorf("%d orders by %d imports", orders, imports)
	}
	if answers := d.count("SELECT count(*) FROM audit WHERE action = 'parcel_taken'"); answers != 1 {
		t.Errorf("it was answered %d times", answers)
	}
}

// whole runs a step to its end; what is done already is no failure of the test.
func (d *down) whole(step []string) {
	d.t.Helper()
	cmd := exec.Command(step[0], step[1:]...)
	cmd.Env, cmd.Dir = append(os.Environ(), asProgram+"=1"), d.t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil && !strings.Contains(string(out), "already") {
		d.t.Fatalf("%v: %v\n%s", step, err, out)
	}
}

// Over a real FTP server; a list that is refused, a syllabus that is taken in, in
// their order, and the answers of both.
func TestParcelsComeOverFTPAndAreAnsweredInOrder(t *testing.T) {
	server := droptest.StartVSFTPD(t, "")
	d := newDown(t, server.URL, server.Root)
	list, syllabus := filepath.Join(t.TempDir(), "list.csv"), filepath.Join(t.TempDir(), "syllabus")
	must(t, os.WriteFile(list, []byte(parceltest.List("T10013")), 0o600))
	must(t, os.Mkdir(syllabus, 0o700))
	must(t, os.WriteFile(filepath.Join(syllabus, "syllabus.csv"), []byte("subject,grades,item,kind,drawn\n钢琴,3,乐曲,piece,no\n"), 0o600))
	d.there("publish", "north", "orders", list, "--title", "春季", "--root", server.Root)
	d.there("publish", "north", "syllabus", syllabus, "--root", server.Root)
	if said := d.here("sync", "now"); !strings.Contains(said, "parcel 2: syllabus, waiting") || !strings.Contains(said, "parcel 1: orders, waiting «春季»") {
		t.Fatalf("the centre says %s", said)
	}
	if _, complained, status := typed(t, "", "parcel", "take", "2", "--data", d.centre); status != 1 || !strings.Contains(complained, "before it waits") {
		t.Errorf("out of order: %d, %s", status, complained)
	}
	d.here("parcel", "refuse", "1", "--reason", "wrong season")
	d.here("parcel", "take", "2")
	d.here("sync", "now")
	d.receive()
	if got := d.published(); len(got) != 2 || got[1].State != "refused" || got[1].Reason != "wrong season" || got[0].State != "taken" {
		t.Errorf("the province knows %+v", got)
	}
	if orders := d.count("SELECT count(*) FROM orders"); orders != 0 {
		t.Errorf("a refused list brought %d orders", orders)
	}
}
