package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Refusals of an act that two people do.
const (
	// SecondNeeded refuses the act of one person alone.
	SecondNeeded refusal.Code = "second_needed"
	// SecondSame refuses a confirmation by whoever proposed the act.
	SecondSame refusal.Code = "second_same"
	// SecondNotAllowed refuses a confirmation by a role that may not confirm.
	SecondNotAllowed refusal.Code = "second_not_allowed"
	// ProposalOver refuses what was decided, or not in time.
	ProposalOver refusal.Code = "proposal_over"
	// ProposerGone refuses what was proposed by an account that is gone, locked or
	// may not propose such an act any more.
	ProposerGone refusal.Code = "proposer_gone"
	// ActNotOffered refuses a kind of act that cannot be proposed yet.
	ActNotOffered refusal.Code = "act_not_offered"
)

// ProposalKind is an act that two people do, because it destroys.
type ProposalKind string

// The acts that two people do.
const (
	ProposalRemoveAdministrator ProposalKind = "remove_administrator"
	ProposalDemoteAdministrator ProposalKind = "demote_administrator"
	ProposalFreeRoom            ProposalKind = "free_room"
	ProposalVoidDay             ProposalKind = "void_day"
	ProposalErase               ProposalKind = "erase"
	ProposalRestore             ProposalKind = "restore"
)

// ProposalKinds are all of them.
func ProposalKinds() []ProposalKind {
	return []ProposalKind{ProposalRemoveAdministrator, ProposalDemoteAdministrator, ProposalFreeRoom, ProposalVoidDay, ProposalErase, ProposalRestore}
}

// Proposers are the roles that may propose such an act; none may what is not offered.
func (k ProposalKind) Proposers() []login.Role {
	switch k {
	case ProposalRemoveAdministrator, ProposalDemoteAdministrator:
		return []login.Role{Administrator}
	case ProposalFreeRoom:
		return []login.Role{Administrator, Technician}
	case ProposalVoidDay:
		return []login.Role{Administrator, Invigilator}
	}
	return nil
}

// proposalLife is how long one waits for the second person.
const proposalLife = 10 * time.Minute

// ProposalState is how a proposal stands.
type ProposalState string

// The states of a proposal.
const (
	ProposalWaits     ProposalState = "waiting"
	ProposalConfirmed ProposalState = "confirmed"
	ProposalRejected  ProposalState = "rejected"
	ProposalExpired   ProposalState = "expired"
)

// Proposal is an act that one person proposed and another has to confirm.
type Proposal struct {
	ID         string
	Kind       ProposalKind
	Args       json.RawMessage
	ProposedAt time.Time
	ProposedBy string
	ExpiresAt  time.Time
	DecidedAt  time.Time // zero: not yet
	DecidedBy  string
	Confirmed  bool
	// RejectedFor is why it is not to be done; who proposed it need not say why.
	RejectedFor string
	Concerned   json.RawMessage // what it concerned when it was proposed; nil: nothing that changes
	Result      json.RawMessage // what came of a confirmed one; nil: nothing yet
	Refused     refusal.Code    // why it was not done all the same
}

// StateAt is how it stands at that moment.
func (p Proposal) StateAt(now time.Time) ProposalState {
	switch {
	case p.Confirmed:
		return ProposalConfirmed
	case !p.DecidedAt.IsZero():
		return ProposalRejected
	case !p.ExpiresAt.After(now):
		return ProposalExpired
	}
	return ProposalWaits
}

// secondAfter is how long two accounts of which one let the other in, by an
// account or a new password, perhaps by way of others, cannot be the two people:
// one person may have all their passwords.
const secondAfter = 24 * time.Hour

// MayConfirm says whether the account may confirm what the other one proposed
// (maySecond), and that the two are two people as far as the centre can tell.
func (s *Store) MayConfirm(ctx context.Context, proposer, second string) error {
	return s.readTables(ctx, func(t tables) error { return t.mayConfirm(ctx, proposer, second, s.Now()) })
}

func (t tables) mayConfirm(ctx context.Context, proposer, second string, now time.Time) error {
	users, err := t.ListUsers(ctx)
	if err != nil {
		return err
	}
	if err := maySecond(proposer, users, second); err != nil {
		return err
	}
	let, err := t.ListLettingIn(ctx, new(now.Add(-secondAfter).UnixMilli()))
	if err == nil && sameHand(let, proposer, second) {
		err = refusal.New(SecondNotAllowed)
	}
	return err
}

// sameHand says whether a chain of letting in leads from the one account to the
// other, in whichever direction.
func sameHand(let []query.ListLettingInRow, one, other string) bool {
	found := map[string]bool{one: true}
	for grown := true; grown; {
		grown = false
		for _, row := range let {
			if found[row.CreatedBy] != found[row.Name] {
				found[row.CreatedBy], found[row.Name], grown = true, true, true
			}
		}
	}
	return found[other]
}

// maySecond says whether the account may confirm what the other one proposed:
// another administrator. In a centre whose only administrator, locked ones counted,
// proposed it, an invigilator or a technician may, so that nothing is blocked for
// ever; an examiner never, who knows nothing of the centre's business.
func maySecond(proposer string, users []User, second string) error {
	if proposer == second {
		return refusal.New(SecondSame)
	}
	others, role := 0, login.Role("")
	for _, user := range users {
		if user.Name == second && user.LockedAt.IsZero() {
			role = user.Role
		}
		if user.Role == Administrator && user.Name != proposer {
			others++
		}
	}
	if role == Administrator || others == 0 && (role == Invigilator || role == Technician) {
		return nil
	}
	return refusal.New(SecondNotAllowed)
}

// Propose writes down what somebody wants done; args become its JSON, and so does
// what it concerns now, nil for nothing that changes. What the same account
// proposed already, and still waits, is that proposal.
func (s *Store) Propose(ctx context.Context, kind ProposalKind, args, concerned any, by exam.Actor) (made Proposal, err error) {
	text, err := json.Marshal(args)
	if err != nil {
		return made, err
	}
	now, err := json.Marshal(concerned)
	if err != nil {
		return made, err
	}
	err = s.write(ctx, func(c *change) error {
		made = Proposal{ID: NewID(), Kind: kind, Args: text, Concerned: now, ProposedAt: c.now, ProposedBy: by.Name, ExpiresAt: c.now.Add(proposalLife)}
		waiting, err := c.ListProposals(ctx, c.now.UnixMilli())
		if err != nil {
			return err
		}
		for _, row := range waiting {
			if row.Kind == string(kind) && row.Args == string(text) && row.ProposedBy == by.Name {
				made = s.proposalOf(row)
				return nil
			}
		}
		err = c.InsertProposal(ctx, query.InsertProposalParams{
			ID: made.ID, Kind: string(kind), Args: string(text), ProposedAt: c.now.UnixMilli(), ProposedBy: by.Name, ExpiresAt: made.ExpiresAt.UnixMilli(),
			Concerned: string(now),
		})
		if err != nil {
			return err
		}
		return c.audit(made.entry(ActionProposed, by.Name))
	})
	return made, err
}

// FindProposal returns the proposal, or refusal.NotFound.
func (s *Store) FindProposal(ctx context.Context, id string) (found Proposal, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindProposal(ctx, id)
		found = s.proposalOf(row)
		return sqlkit.Absent(err)
	})
	return found, err
}

// ListProposals lists what waits for a second person, the oldest first.
func (s *Store) ListProposals(ctx context.Context) (list []Proposal, err error) {
	err = s.readTables(ctx, func(t tables) error {
		users, err := t.ListUsers(ctx)
		if err != nil {
			return err
		}
		rows, err := t.Queries.ListProposals(ctx, s.Now().UnixMilli())
		for _, row := range rows {
			if p := s.proposalOf(row); mayStillPropose(p, users) == nil {
				list = append(list, p)
			}
		}
		return err
	})
	return list, err
}

// mayStillPropose refuses what nobody would be let propose now: the account was
// taken away, locked or given another role since.
func mayStillPropose(p Proposal, users []User) error {
	for _, user := range users {
		if user.Name == p.ProposedBy && user.LockedAt.IsZero() && slices.Contains(p.Kind.Proposers(), user.Role) {
			return nil
		}
	}
	return refusal.New(ProposerGone)
}

func (s *Store) proposalOf(row query.Proposal) Proposal {
	p := Proposal{
		ID: row.ID, Kind: ProposalKind(row.Kind), Args: json.RawMessage(row.Args), ProposedAt: s.at(row.ProposedAt), ProposedBy: row.ProposedBy, ExpiresAt: s.at(row.ExpiresAt),
		DecidedAt: maybeAt(row.DecidedAt, s.Rules().Location), DecidedBy: row.DecidedBy, Confirmed: row.Confirmed != 0, RejectedFor: row.RejectedFor, Refused: refusal.Code(row.Refused),
	}
	if row.Concerned != "" {
		p.Concerned = json.RawMessage(row.Concerned)
	}
	if row.Result != "" {
		p.Result = json.RawMessage(row.Result)
	}
	return p
}

// ConfirmProposal takes the second person's yes. Only one call succeeds, and its
// caller does the act next, so the act is done at most once: after a crash in
// between it was confirmed and not done, and is proposed anew. The void of a day
// has its attempts chosen here, and goes on after a crash (VoidDays); with none
// left the proposal ends at once (Refused).
func (s *Store) ConfirmProposal(ctx context.Context, id, second string) (p Proposal, err error) {
	err = s.write(ctx, func(c *change) error {
		if p, err = s.waiting(c, id); err != nil {
			return err
		}
		users, err := c.tables().ListUsers(ctx)
		if err != nil {
			return err
		}
		if err := mayStillPropose(p, users); err != nil {
			return err
		}
		if err := c.tables().mayConfirm(ctx, p.ProposedBy, second, c.now); err != nil {
			return err
		}
		p.DecidedBy = second
		if err := c.confirm(p, second); err != nil || p.Kind != ProposalVoidDay {
			return err
		}
		if err := s.checkDate(); err != nil {
			return err
		}
		return c.beginDayVoid(&p)
	})
	return p, err
}

// RejectProposal takes a no: of whoever proposed it, or of a second person, who
// says why.
func (s *Store) RejectProposal(ctx context.Context, id, by, reason string) error {
	return s.write(ctx, func(c *change) error {
		p, err := s.waiting(c, id)
		if err != nil {
			return err
		}
		return c.reject(p, by, reason)
	})
}

func (s *Store) waiting(c *change, id string) (Proposal, error) {
	row, err := c.FindProposal(c.ctx, id)
	if err != nil {
		return Proposal{}, sqlkit.Absent(err)
	}
	p := s.proposalOf(row)
	if p.StateAt(c.now) != ProposalWaits {
		return p, refusal.New(ProposalOver)
	}
	return p, nil
}

func (c *change) reject(p Proposal, by, reason string) error {
	if reason != "" || by != p.ProposedBy {
		if err := exam.CheckReason(reason); err != nil {
			return err
		}
	}
	err := c.DecideProposal(c.ctx, query.DecideProposalParams{DecidedAt: new(c.now.UnixMilli()), DecidedBy: by, RejectedFor: reason, ID: p.ID})
	if err != nil {
		return err
	}
	entry := p.entry(ActionProposalRejected, by)
	entry.Reason = reason
	return c.audit(entry)
}

func (c *change) confirm(p Proposal, second string) error {
	err := c.DecideProposal(c.ctx, query.DecideProposalParams{DecidedAt: new(c.now.UnixMilli()), DecidedBy: second, Confirmed: 1, ID: p.ID})
	if err != nil {
		return err
	}
	return c.audit(p.entry(ActionProposalConfirmed, second))
}

// entry is a line of the audit log about it; a day is named, since the act
// itself has a line for each attempt.
func (p Proposal) entry(action audit.Action, by string) Entry {
	args := map[string]any{"act": p.Kind}
	if action != ActionProposed {
		args["proposed_by"] = p.ProposedBy
	}
	if v, err := p.voidDay(); err == nil && p.Kind == ProposalVoidDay {
		args["day"] = v.Day
	}
	return Entry{Action: action, By: exam.Actor{Role: exam.ByStaff, Name: by}, Args: args}
}

// EndProposal writes down what came of a confirmed act, for whoever proposed it.
func (s *Store) EndProposal(ctx context.Context, id string, result any, refused refusal.Code) error {
	return s.write(ctx, func(c *change) error { return c.endProposal(id, result, refused) })
}

func (c *change) endProposal(id string, result any, refused refusal.Code) error {
	text, err := json.Marshal(result)
	if err != nil {
		return err
	}
	return c.EndProposal(c.ctx, query.EndProposalParams{Result: string(text), Refused: string(refused), ID: id})
}

// RemoveStaff takes an account away; SecondNeeded for an administrator's.
func (s *Store) RemoveStaff(ctx context.Context, name string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		if err := c.checkNoAdministrator(name); err != nil {
			return err
		}
		return c.accountsBy(by).RemoveUser(ctx, name)
	})
}

// SetStaffRole gives an account another role; SecondNeeded for an administrator's.
func (s *Store) SetStaffRole(ctx context.Context, name string, role login.Role, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		if err := c.checkNoAdministrator(name); err != nil {
			return err
		}
		return c.accountsBy(by).SetRole(ctx, name, role)
	})
}

func (c *change) checkNoAdministrator(name string) error {
	user, err := c.tables().FindUser(c.ctx, name)
	if err == nil && user.Role == Administrator {
		err = refusal.New(SecondNeeded)
	}
	return sqlkit.Absent(err)
}
