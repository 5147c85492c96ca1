package webtest

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
)

// oneSetting is a centre that may choose its name.
type oneSetting struct{ *store.Store }

const centreName = "exam.centre_name"

func (o oneSetting) List(ctx context.Context) ([]staff.Setting, error) {
	value, err := o.FindSetting(ctx, centreName)
	return []staff.Setting{{Name: centreName, Value: value, Origin: staff.FromPage, Choosable: true}}, err
}

func (o oneSetting) Choose(ctx context.Context, name, value string, shown *string, by exam.Actor) error {
	if name != centreName {
		return refusal.New(refusal.NotFound)
	}
	_, err := o.Store.Choose(ctx, store.NewChoice{Name: name, Value: value, Shown: shown, By: by})
	return err
}

func (o oneSetting) Reset(ctx context.Context, name string, by exam.Actor) error {
	if name != centreName {
		return refusal.New(refusal.NotFound)
	}
	_, err := o.Store.Choose(ctx, store.NewChoice{Name: name, Reset: true, By: by})
	return err
}

// noProvince is a program that takes no enrolment file and finds nothing.
type noProvince struct{}

func (noProvince) Join(context.Context, string, exam.Actor) (staff.JoinedBody, error) {
	return staff.JoinedBody{}, refusal.New(store.EnrolmentInvalid)
}

func (noProvince) Examine(context.Context) ([]staff.MachineCheck, error) {
	return []staff.MachineCheck{{Name: "disk", State: "good", Found: "there is room"}}, nil
}

// noBackups stands for a centre without any.
type noBackups struct{}

func (noBackups) State(context.Context) (staff.BackupState, error) {
	return staff.BackupState{Old: true}, nil
}

func (noBackups) Places(context.Context) ([]staff.BackupPlace, error) {
	return []staff.BackupPlace{}, nil
}

func (noBackups) Use(context.Context, string, exam.Actor) error {
	return refusal.New(store.BackupPlaceGone)
}

func (noBackups) NewKey(bool, exam.Actor) (staff.BackupKey, error) { return staff.BackupKey{}, nil }

func (noBackups) KeepKey(context.Context, string, exam.Actor) error {
	return refusal.New(store.BackupKeyGone)
}

func (noBackups) Start(context.Context, exam.Actor) error { return refusal.New(store.BackupNoKey) }

func (noBackups) Stop(context.Context, exam.Actor) error { return nil }

// oneCheck is a machine of which one thing is known.
type oneCheck struct{}

func (oneCheck) State(context.Context) (staff.HealthState, error) {
	return staff.HealthState{Checks: []staff.HealthCheck{{Name: "disk", State: "good", Code: "disk_good", Count: 7}}}, nil
}

func (oneCheck) Look() {}

func (oneCheck) ReadFiles(context.Context, exam.Actor) error { return nil }

func (oneCheck) Bundle(context.Context, exam.Actor) ([]byte, error) { return []byte("PK"), nil }

// oneLine is a service that wrote a warning.
type oneLine struct{}

func (oneLine) Lines(least string) ([]staff.LogLine, error) {
	return []staff.LogLine{{At: time.Unix(1, 0), Level: "warn", Message: least}}, nil
}

// noEnd is a program that nobody ends.
type noEnd struct{}

func (noEnd) Begin() {}

func (noEnd) Supervised() bool { return false }
