package main

import "context"

type setupCommand struct{}

// Run makes an empty centre, so that lists, accounts and an enrolment can be
// added before the first start of the server. An existing one is left alone.
func (setupCommand) Run(ctx context.Context, common *common) error {
	centre, err := common.openTo(ctx, toMake)
	if err != nil {
		return err
	}
	if err := centre.Close(); err != nil {
		return err
	}
	return common.say(map[string]string{"folder": centre.folder},
		"an exam centre is in %s; next: kaodian user add NAME --role administrator, kaodian import orders FILE, kaodian serve, each with --data %[1]s\n", centre.folder)
}
