package store

import "kaodian/app/base/refusal"

// Refusals of what the desk asks of backups. They stand here for the web's table of
// statuses, which knows nothing of who makes backups.
const (
	BackupRuns        refusal.Code = "backup_runs"         // one at a time
	BackupNoKey       refusal.Code = "backup_no_key"       // there is no key on paper yet
	BackupNoPlace     refusal.Code = "backup_no_place"     // nobody said where to
	BackupHasKey      refusal.Code = "backup_has_key"      // another one would need the old paper for what was made before
	BackupKeyGone     refusal.Code = "backup_key_gone"     // the key that was shown is not kept in memory any more
	BackupKeyWrong    refusal.Code = "backup_key_wrong"    // what was typed is not the end of the key that was shown
	BackupKeyExposed  refusal.Code = "backup_key_exposed"  // others on the Wi-Fi could read it
	BackupPlaceWrong  refusal.Code = "backup_place_wrong"  // no path of a folder
	BackupPlaceGone   refusal.Code = "backup_place_gone"   // there is no such folder
	BackupPlaceClosed refusal.Code = "backup_place_closed" // the program may not write there
	BackupPlaceInside refusal.Code = "backup_place_inside" // it is on the disk of the data folder
)
