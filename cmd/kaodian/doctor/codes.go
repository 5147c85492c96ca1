package doctor

// Code says in a word what was found. A page makes its sentence and its step of
// it, so a word is never given another meaning.
type Code string

// What can be found.
const (
	Unseen Code = "unseen" // the data folder could not be opened
	Hangs  Code = "hangs"  // it did not answer in time

	DataGood    Code = "data_good"
	DataNobody  Code = "data_nobody" // undamaged, and nobody has an account
	DataClosed  Code = "data_closed"
	DataDamaged Code = "data_damaged"

	AuditGood    Code = "audit_good" // count: lines
	AuditCut     Code = "audit_cut"  // lines are missing at the end
	AuditChanged Code = "audit_changed"
	AuditUnread  Code = "audit_unread"
	AuditErasing Code = "audit_erasing" // an erasure is not proved yet

	DiskGood       Code = "disk_good" // count: clips of the largest size for which there is room
	DiskSlow       Code = "disk_slow" // count: megabytes a second
	DiskFull       Code = "disk_full"
	DiskFailed     Code = "disk_failed" // at: when it failed under a server
	DiskUnwritable Code = "disk_unwritable"
	DiskGone       Code = "disk_gone"

	ClockGood    Code = "clock_good"
	ClockDoubted Code = "clock_doubted"
	ClockDiffers Code = "clock_differs"

	CameraGood   Code = "camera_good" // at: when the certificate ends, as with the next two
	CameraEnds   Code = "camera_ends"
	CameraEnded  Code = "camera_ended"
	CameraNone   Code = "camera_none"
	CameraBroken Code = "camera_broken"

	FFmpegGood     Code = "ffmpeg_good"
	FFmpegNoBright Code = "ffmpeg_no_bright" // HDR clips cannot be converted
	FFmpegMissing  Code = "ffmpeg_missing"
	FFmpegBroken   Code = "ffmpeg_broken"
	FFmpegUntried  Code = "ffmpeg_untried"

	CageGood Code = "cage_good"
	CageOpen Code = "cage_open"

	OpenCVGood   Code = "opencv_good"
	OpenCVBroken Code = "opencv_broken"

	ModelsGood     Code = "models_good"
	ModelsFindOnly Code = "models_find_only" // nothing compares faces with the photo
	ModelsNone     Code = "models_none"
	ModelsBroken   Code = "models_broken"

	SyncGood      Code = "sync_good"
	SyncAlone     Code = "sync_alone"   // it has joined no province
	SyncRefused   Code = "sync_refused" // count: the batch's number
	SyncNoUse     Code = "sync_no_use"  // the drop answers and takes nothing
	SyncNoLine    Code = "sync_no_line"
	SyncNoReceipt Code = "sync_no_receipt" // count: the batch's number; at: when it was sent
	SyncUnread    Code = "sync_unread"

	BackupGood      Code = "backup_good" // at: of when the newest is that comes back
	BackupOld       Code = "backup_old"  // the same
	BackupNone      Code = "backup_none"
	BackupNoKey     Code = "backup_no_key"
	BackupUnchecked Code = "backup_unchecked"
	BackupFailed    Code = "backup_failed"
	BackupUnread    Code = "backup_unread"

	FilesGood       Code = "files_good"       // at: the end of the last whole reading
	FilesOld        Code = "files_old"        // the same
	FilesNever      Code = "files_never"      // nobody read them yet
	FilesDamaged    Code = "files_damaged"    // count: those that are damaged or gone
	FilesUnreadable Code = "files_unreadable" // count
	FilesUnknown    Code = "files_unknown"
)
