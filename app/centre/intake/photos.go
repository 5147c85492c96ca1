package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

// What can be wrong with a photo before it is looked at.
const (
	PhotoNobody  roster.Code = "photo_nobody"
	PhotoSeveral roster.Code = "photo_several_orders"
	PhotoTwice   roster.Code = "photo_twice"
	// PhotoOfOther warns that another candidate gets the very same picture.
	PhotoOfOther roster.Code = "photo_of_other"
)

// photo is a file that was received, or why it was not.
type photo struct {
	name    string // as whoever sent it called it
	problem *roster.Problem
}

// NewPhotos is a ZIP of photos, or one photo, that was received.
type NewPhotos struct {
	Path, Name string
	Into       string // the preview that they are added to, "" begins one
	OrderID    string // whose photo it is; "" asks the files' names
	Room       Room   // of the disk that they may take (R27)
}

// AddPhotos says whose the photos are and what is to be said of each (R2).
func (i *Intake) AddPhotos(ctx context.Context, in NewPhotos) (*Preview, error) {
	file, err := os.Open(in.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p, done, err := i.photosInto(in)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		return nil, err
	}
	room := &share{account: &i.account, left: in.Room}
	defer room.end()
	err = p.receive(file, in.Name, room)
	if err == nil {
		err = i.checkPhotos(ctx, p)
	}
	if err != nil {
		if in.Into == "" { // nobody knows of the folder
			err = errors.Join(err, os.RemoveAll(p.folder))
		}
		return nil, err
	}
	i.previews.put(p, maxPreviews)
	return p, nil
}

// photosInto is a new preview of photos, or the one that they are added to, as
// long as nobody else adds to it or takes it in.
func (i *Intake) photosInto(in NewPhotos) (p *Preview, done func(), err error) {
	if in.Into == "" {
		p = &Preview{
			ID: store.NewID(), Kind: store.ImportPhotos, At: i.Store.Now(), Name: roster.Shorten(in.Name), orderID: in.OrderID,
			said: map[[sha256.Size]byte]roster.PhotoVerdict{}, busy: &sync.Mutex{},
		}
		p.folder = filepath.Join(i.previewFolder(), p.ID)
		return p, func() {}, nil
	}
	former, done, err := i.previews.hold(in.Into)
	if err != nil {
		return nil, nil, err
	}
	if former.Kind != store.ImportPhotos {
		done()
		return nil, nil, refusal.New(PreviewGone)
	}
	copied := *former // who reads the former one goes on reading it
	copied.photos = slices.Clone(former.photos)
	return &copied, done, nil
}

func (p *Preview) receive(file *os.File, name string, room *share) error {
	keep := &keeper{
		folder: p.folder, room: room, twice: PhotoTwice, refuse: p.refuse, again: p.compare, known: p.has,
		limit: func(string) (int64, roster.Code) { return roster.MaxPhotoBytes, roster.PhotoTooLarge },
		kept:  func(name string) { p.photos = append(p.photos, photo{name: name}) },
	}
	if isPacked(file, name) {
		before := len(p.photos)
		err := unpack(file, keep)
		if err == nil && len(p.photos) == before {
			err = refusal.New(ArchiveBroken, "reason", "there is no file in it")
		}
		return err
	}
	if !isPlainName(name) {
		p.refuse(roster.Shorten(name), EntryPath)
		return nil
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return keep.addOne(entry{name: filepath.Base(name), size: info.Size(), open: func() (reader, error) { return os.Open(file.Name()) }})
}

func (p *Preview) refuse(name string, code roster.Code, args ...any) {
	p.photos = append(p.photos, photo{name: name, problem: &roster.Problem{Column: "photo", Code: code, Args: argsOf(args)}})
}

func argsOf(list []any) map[string]any {
	args := map[string]any{}
	for i := 0; i+1 < len(list); i += 2 {
		args[list[i].(string)] = list[i+1]
	}
	return args
}

// has says whether a photo of that name came before.
func (p *Preview) has(name string) bool {
	return slices.ContainsFunc(p.photos, func(one photo) bool { return one.name == name })
}

// compare refuses also the photo of that name that came before, if it is
// another one: which is meant nobody knows.
func (p *Preview) compare(e entry) {
	if e.equals(filepath.Join(p.folder, e.name)) {
		return
	}
	for at := range p.photos {
		if p.photos[at].name == e.name && p.photos[at].problem == nil {
			p.photos[at].problem = &roster.Problem{Column: "photo", Code: PhotoTwice}
		}
	}
}

// checkPhotos finds whose the photos are and looks at each once.
func (i *Intake) checkPhotos(ctx context.Context, p *Preview) error {
	owners, err := i.Store.ListPhotoOwners(ctx)
	if err != nil {
		return err
	}
	known := ownersOf(owners)
	p.rows, p.found, p.whose = nil, nil, map[int]exam.Registration{}
	for place, photo := range p.photos {
		number := place + 1
		problem := photo.problem
		var orders []string
		switch {
		case problem != nil: // a name that is known says all the same whose it is
			orders, _ = known.of(photo.name)
		case p.orderID != "":
			orders = []string{p.orderID}
		default:
			orders, problem = known.of(photo.name)
		}
		if problem != nil {
			told := *problem
			told.Row, told.File = number, photo.name
			p.found = append(p.found, told)
		}
		for _, id := range orders {
			order, err := i.Store.FindOrder(ctx, id)
			if err != nil {
				return err
			}
			p.whose[number] = order.Registration
			if problem != nil {
				break
			}
			p.rows = append(p.rows, roster.Row{Number: number, Registration: order.Registration, PhotoFile: photo.name})
		}
	}
	return i.lookAtPhotos(ctx, p)
}

// lookAtPhotos asks the face worker about each photo once, however many orders
// have it.
func (i *Intake) lookAtPhotos(ctx context.Context, p *Preview) error {
	folder, err := roster.OpenFolder(p.folder)
	if err != nil {
		return err
	}
	defer folder.Close()
	faces := i.Faces()
	defer faces.Close()
	for place := range p.rows {
		p.rows[place].Registration.Photo = ""
	}
	problems, err := roster.CheckPhotos(ctx, folder, p.rows, once(p.said, faces.CheckPhoto))
	if err != nil {
		return err
	}
	good, bad, taken, others := p.rows[:0:0], map[int]bool{}, map[string]bool{}, othersOf(p.rows)
	for _, row := range p.rows {
		switch ticket := exam.FoldID(row.Registration.Ticket); {
		case row.Registration.Photo == "":
			bad[row.Number] = true
		case taken[ticket], others[ticket]:
			problems = append(problems, roster.Problem{Row: row.Number, Column: "photo", Code: PhotoTwice})
		default:
			taken[ticket] = true
			good = append(good, row)
		}
	}
	for _, problem := range append(problems, sharedPhotos(good)...) {
		problem.Warning = problem.Warning && !bad[problem.Row]
		problem.File = ""
		p.found = append(p.found, problem)
	}
	p.rows = good
	p.in = store.Import{Kind: p.Kind, Name: p.Name}
	for _, row := range good {
		p.in.Rows = append(p.in.Rows, store.ImportRow{Registration: row.Registration})
	}
	if err := i.judge(ctx, p); err != nil {
		return err
	}
	for at := range p.Rows {
		p.Rows[at].File = p.photos[p.Rows[at].Row-1].name
	}
	return nil
}

// othersOf are the tickets with photos that differ: which one is meant nobody
// knows, so none is taken.
func othersOf(rows []roster.Row) map[string]bool {
	first, others := map[string]string{}, map[string]bool{}
	for _, row := range rows {
		ticket, photo := exam.FoldID(row.Registration.Ticket), row.Registration.Photo
		if before := first[ticket]; photo != "" && before != "" && before != photo {
			others[ticket] = true
		}
		first[ticket] = cmp.Or(first[ticket], photo)
	}
	return others
}

// sharedPhotos warns of one picture for two people: one of them has the wrong one.
func sharedPhotos(rows []roster.Row) (problems []roster.Problem) {
	for _, row := range rows {
		at := slices.IndexFunc(rows, func(other roster.Row) bool {
			return other.Registration.Photo == row.Registration.Photo && other.Registration.PersonKey() != row.Registration.PersonKey()
		})
		if at >= 0 {
			other := rows[at].Registration
			problems = append(problems, roster.Problem{Row: row.Number, Column: "photo", Code: PhotoOfOther, Args: map[string]any{"name": other.Name, "ticket": other.Ticket}, Warning: true})
		}
	}
	return problems
}

// once remembers what was said of a photo, also for those that are added later:
// each takes the worker half a second.
func once(said map[[sha256.Size]byte]roster.PhotoVerdict, check roster.CheckPhoto) roster.CheckPhoto {
	return func(ctx context.Context, content []byte) (roster.PhotoVerdict, error) {
		sum := sha256.Sum256(content)
		if verdict, known := said[sum]; known {
			return verdict, nil
		}
		verdict, err := check(ctx, content)
		if err == nil {
			said[sum] = verdict
		}
		return verdict, err
	}
}

// keepPhotos puts the preview's good photos into the vault, before a row names them.
func (i *Intake) keepPhotos(p *Preview) error {
	if p.folder == "" {
		return nil
	}
	folder, err := roster.OpenFolder(p.folder)
	if err != nil {
		return refusal.New(PreviewGone)
	}
	defer folder.Close()
	for _, row := range p.rows {
		if row.Registration.Photo == "" { // of a parcel's list: there is none, or none that will do
			continue
		}
		content, err := folder.ReadExactly(row.PhotoFile, row.Registration.Photo)
		if errors.Is(err, fs.ErrNotExist) { // it was let go
			err = refusal.New(PreviewGone)
		}
		if err != nil {
			return err
		}
		if err := i.keep(store.PhotoFile(row.Registration.Photo), content); err != nil {
			return err
		}
	}
	return nil
}

// PhotoPath is where a photo of the preview lies.
func (p *Preview) PhotoPath(row int) (string, error) {
	if p.Kind != store.ImportPhotos || row < 1 || row > len(p.photos) || p.photos[row-1].problem != nil {
		return "", refusal.New(refusal.NotFound)
	}
	return filepath.Join(p.folder, p.photos[row-1].name), nil
}

// photoOwners finds orders by what a photo's file may be called.
type photoOwners struct {
	byTicket, byNumber, byName map[string][]store.PhotoOwner
}

func ownersOf(all []store.PhotoOwner) photoOwners {
	o := photoOwners{map[string][]store.PhotoOwner{}, map[string][]store.PhotoOwner{}, map[string][]store.PhotoOwner{}}
	for _, one := range all {
		o.byTicket[one.TicketKey] = append(o.byTicket[one.TicketKey], one)
		o.byNumber[one.IDNumberKey] = append(o.byNumber[one.IDNumberKey], one)
		if one.PhotoName != "" {
			o.byName[exam.FoldID(one.PhotoName)] = append(o.byName[exam.FoldID(one.PhotoName)], one)
		}
	}
	return o
}

// of are the orders of a photo by its name: the list's own name for it before
// a ticket before an ID number. Several orders must be one person's.
func (o photoOwners) of(name string) ([]string, *roster.Problem) {
	whole := exam.FoldID(name)
	bare := strings.TrimSpace(strings.TrimSuffix(whole, filepath.Ext(whole)))
	for _, found := range [][]store.PhotoOwner{o.byName[whole], o.byName[bare], o.byTicket[bare], o.byNumber[bare]} {
		if len(found) == 0 {
			continue
		}
		var ids []string
		for _, one := range found {
			if one.PersonKey != found[0].PersonKey {
				return nil, &roster.Problem{Column: "photo", Code: PhotoSeveral, Args: map[string]any{"first": found[0].TicketKey, "second": one.TicketKey}}
			}
			ids = append(ids, one.ID)
		}
		return ids, nil
	}
	return nil, &roster.Problem{Column: "photo", Code: PhotoNobody}
}
