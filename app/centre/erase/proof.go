package erase

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
)

// Proof names what went where, when and by whom, without a personal datum.
type Proof struct {
	Version   int           `json:"version"`
	Erasure   string        `json:"erasure"`
	Program   string        `json:"program"`
	Orders    []string      `json:"orders"` // ids, as the audit log and the batches have them
	At        time.Time     `json:"at"`     // when the rows were emptied
	By        string        `json:"by"`
	Reason    string        `json:"reason"`
	Places    []store.Found `json:"places"`
	Kept      []string      `json:"kept"`       // what is sealed or another's too and was not changed, in sentences
	Looks     []store.Look  `json:"looks"`      // texts about others that may name the person; a person has to look
	MoreLooks int           `json:"more_looks"` // that are not listed
	Search    Search        `json:"search"`
	Line      int64         `json:"audit_line"` // that says which lines lost their words
	Complete  bool          `json:"complete"`
	File      string        `json:"-"` // where it lies
}

// Search is how the data folder was searched afterwards.
type Search struct {
	Files int      `json:"files"`
	Words int      `json:"words"`
	Short int      `json:"short_words"` // too short to be searched for, or another's too
	Left  []string `json:"left"`        // files that still hold a word of nobody else
	Names []string `json:"names"`       // files that hold a name, which may be another person's
	Lost  bool     `json:"lost"`        // the words were lost, so nothing could be searched for
}

func (e *Eraser) begin(noted store.PersonErasure) Proof {
	proof := Proof{
		Version: 1, Erasure: noted.ID, Program: "kaodian " + e.Program, Orders: noted.Orders, At: noted.At, Reason: noted.Reason, Line: noted.Line,
		By: strings.TrimSpace(string(noted.By.Role) + " " + noted.By.Name), Kept: []string{}, Looks: []store.Look{},
	}
	for _, place := range noted.Places {
		proof.note(place.Place, place.Count, place.Done)
	}
	counts := map[string]int{}
	var order []string
	for _, file := range noted.Files {
		if counts[file.Place] == 0 {
			order = append(order, file.Place)
		}
		counts[file.Place]++
	}
	for _, place := range order {
		proof.note("files: "+place, counts[place], store.DoneRemoved)
	}
	return proof
}

// note adds a place where there was something.
func (p *Proof) note(place string, count int, done string) {
	if count > 0 {
		p.Places = append(p.Places, store.Found{Place: place, Count: count, Done: done})
	}
}

// tell says what is sealed, which nobody here can look into or change.
func (a act) tell(ctx context.Context) error {
	sealed, err := a.sealed(ctx, a.noted.Orders)
	for _, place := range sealed {
		a.proof.Kept = append(a.proof.Kept, place.Place+": "+place.Done)
	}
	return err
}

// sealed are the sealed places that hold the person or may.
func (e *Eraser) sealed(ctx context.Context, orders []string) (found []store.Found, err error) {
	batches, err := e.Store.ListUntoldOf(ctx, orders)
	if err != nil {
		return nil, err
	}
	for _, name := range batches {
		found = append(found, store.Found{
			Place: "batch " + name, Count: 1,
			Done: "sealed to the province's key, which this box does not have; its files go from the spool and the drop with its receipt",
		})
	}
	parcels, err := e.Store.CountWaitingParcels(ctx)
	if err == nil && parcels > 0 {
		found = append(found, store.Found{Place: "parcels that wait for an answer", Count: int(parcels), Done: "sealed; one that holds this person brings the person back if it is taken in: look at it, and refuse it"})
	}
	if err != nil || e.Backups == nil {
		return found, err
	}
	backups, err := e.Backups(ctx)
	for _, sentence := range backups {
		found = append(found, store.Found{Place: "backups", Count: 1, Done: sentence})
	}
	return found, err
}

// prove writes the proof, for people and for programs, and notes it in the log.
func (e *Eraser) prove(ctx context.Context, proof *Proof, what store.Erasing) error {
	if err := e.step("proof"); err != nil {
		return err
	}
	proof.Complete = len(proof.Search.Left) == 0 && !proof.Search.Lost
	proof.File = e.path(what.ID + ".txt")
	text, err := json.MarshalIndent(proof, "", "  ")
	if err != nil {
		return err
	}
	if err := durable.WriteFile(e.path(what.ID+".json"), append(text, '\n'), 0o600); err != nil {
		return err
	}
	if err := durable.WriteFile(proof.File, []byte(proof.Text()), 0o600); err != nil {
		return err
	}
	if err := e.step("end"); err != nil {
		return err
	}
	sum := sha256.Sum256(append(text, '\n'))
	return e.Store.EndErasure(ctx, what.ID, hex.EncodeToString(sum[:]), what.By, proof.Complete)
}

func (p Proof) incomplete() error {
	if p.Complete {
		return nil
	}
	if p.Search.Lost {
		return errors.New("the person is erased, and nobody could search afterwards: the words to search for were lost")
	}
	return fmt.Errorf("the person is erased from the database, and still stands in %s: look at these files and remove them", strings.Join(p.Search.Left, ", "))
}

// Text is the proof for people.
func (p Proof) Text() string {
	var text strings.Builder
	fmt.Fprintf(&text, "Erasure %s of one person, %s, by %s\nReason: %s\nOrders (ids): %s\n\nWhat went:\n", p.Erasure, p.At.Format(time.RFC3339), p.By, p.Reason, strings.Join(p.Orders, ", "))
	for _, place := range p.Places {
		fmt.Fprintf(&text, "  %6d  %s: %s\n", place.Count, place.Place, place.Done)
	}
	if len(p.Kept) > 0 {
		fmt.Fprintf(&text, "\nSealed, and not changed:\n  %s\n", strings.Join(p.Kept, "\n  "))
	}
	text.WriteString(p.Search.text())
	if len(p.Looks) > 0 {
		text.WriteString("\nA name, which may be somebody else's, also stands here; a person has to look (table and column, row):\n")
		for _, look := range p.Looks {
			fmt.Fprintf(&text, "  %s, %s\n", look.Place, look.Row)
		}
	}
	if p.MoreLooks > 0 {
		fmt.Fprintf(&text, "  and %d more\n", p.MoreLooks)
	}
	fmt.Fprintf(&text, "Line %d of the audit log says which of its lines lost their words. The program: %s\n", p.Line, p.Program)
	return text.String()
}

func (s Search) text() string {
	var text strings.Builder
	if s.Lost {
		return "\nThe words to search for were lost by a crash, so nothing was searched.\n"
	}
	fmt.Fprintf(&text, "\nAfterwards every byte of the files that are not sealed was searched (files: %d, words searched for: %d, too short or another's too: %d).\n", s.Files, s.Words, s.Short)
	if len(s.Left) == 0 {
		text.WriteString("Nothing was found that is the person's alone.\n")
	} else {
		fmt.Fprintf(&text, "Still found in: %s\n", strings.Join(s.Left, ", "))
	}
	if len(s.Names) > 0 {
		fmt.Fprintf(&text, "A name alone, which may be another person's or a word, also stands in: %s\n", strings.Join(s.Names, ", "))
	}
	return text.String()
}
