package staff

// BoardPause is the pace that a test checks.
const BoardPause = boardPause

// What tests over HTTP read.
type (
	BoardBody       = boardBody
	ExtraTimeBody   = extraTimeBody
	ReviewBody      = reviewBody
	MarkBody        = markBody
	ExaminersBody   = examinersBody
	CheckedBody     = checkedBody
	ReviewQueueBody = reviewQueueBody
	IdentityBody    = identityBody
	RoomBody        = roomBody
	FreedBody       = freedBody
	JobBody         = jobBody
	RegisteredBody  = registeredBody
	OrdersBody      = ordersBody
	PreviewBody     = previewBody
	ImportBody      = importBody
	WindowsBody     = windowsBody
	HandBody        = handBody
	CheckInOrder    = checkInOrder
	GapsBody        = gapsBody
	ProblemBody     = problemBody
	PhrasesBody     = phrasesBody

	SyllabusBody        = syllabusBody
	SyllabusPreviewBody = syllabusPreviewBody
	PackBody            = packBody
	PaperSheetBody      = paperSheetBody
	SheetItemBody       = sheetItemBody
	CheckedExaminerBody = checkedExaminerBody
)
