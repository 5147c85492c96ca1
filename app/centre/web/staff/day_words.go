package staff

import (
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// The words of the day's workbook, in both languages: the pages' own are in
// their files, which this program does not read.

var statusWords = map[exam.Status]string{
	exam.StatusSubmitted:     "已提交 submitted",
	exam.StatusAutoSubmitted: "自动提交 submitted by timeout",
	exam.StatusAbsent:        "缺考 absent",
	exam.StatusForfeited:     "自动弃权 forfeited",
	exam.StatusDisqualified:  "取消考级资格 disqualified",
	exam.StatusRunning:       "考试中 running",
	exam.StatusOpen:          "可以考试 open",
	exam.StatusWaiting:       "还没开始 waiting",
}

var travelWords = map[store.Travel]string{
	store.TravelNone:     "未报送 not sent",
	store.TravelBatch:    "已打包，等回执 waits for its receipt",
	store.TravelReceived: "省里已收 received",
}

// takenBack follows what was taken back.
const takenBack = "（已撤回 taken back）"

// countsAgain follows what gave way to a file that held no video.
const countsAgain = "（新文件没有视频，原来的重新算数 the file held no video: the former one counts again）"

// wordOf says what has no words by its name: it is not left out.
func wordOf(words map[string]string, name string) string {
	if word, known := words[name]; known {
		return word
	}
	return name
}

var irregularityWords = map[string]string{
	"power_cut":     "停电 power cut",
	"network":       "断网 network down",
	"device":        "手机或平板出故障 phone or tablet failed",
	"instrument":    "乐器出故障 instrument failed",
	"noise":         "外面有干扰 noise or disturbance",
	"unwell":        "考生不舒服 candidate unwell",
	"late":          "迟到 candidate late",
	"wrong_paper":   "曲目或题目有误 wrong piece or question",
	"unmarkable":    "考官不能评这个视频 examiner cannot mark a video",
	"not_candidate": "不像是本人 perhaps not the candidate",
	"other_person":  "有别人在场 another person present",
	"prompted":      "看谱或有人提示 played from the score, or prompted",
	"edited":        "视频像是剪过的 video perhaps edited",
	"cheating":      "弄虚作假 cheating",
	"disorder":      "扰乱秩序 disorder",
	"other":         "其他 other",
}

var decisionWords = map[string]string{
	string(exam.ClipInvalid): "视频无效 video invalid",
	string(exam.Disqualify):  "取消考级资格 disqualified",
}

var actionWords = map[string]string{
	"submitted":            "替考生提交 submitted for the candidate",
	"reset":                "替考生重置 reset for the candidate",
	"extra_time":           "补时 extra time",
	"reopened":             "补时并重新开考 reopened with extra time",
	"voided":               "考试作废，不计次数 attempt voided",
	"void_undone":          "撤销作废 void taken back",
	"window_moved":         "改上传时间 upload window moved",
	"clip_received":        "工作人员收文件 file taken in by staff",
	"clip_set_aside":       "收文件时换掉原来的视频 former video replaced",
	"consented":            "回答了人脸比对 answered about face comparison",
	"irregularity_noted":   "异常记录 irregularity noted",
	"irregularity_undone":  "撤回异常记录 irregularity taken back",
	"identified":           "现场核验身份 identified at the desk",
	"check_in_undone":      "撤销签到 check-in undone",
	"turn_missed":          "记为过号 missed the turn",
	"turn_undone":          "撤销叫号的一步 a step of a turn undone",
	"turns_moved":          "改了叫号顺序 order of turns changed",
	"row_closed":           "收起失联的一行 row of a lost phone closed",
	"row_shown":            "再显示这一行 row shown again",
	"decided":              "决定 decision",
	"decision_confirmed":   "省里确认决定 decision confirmed by the province",
	"decision_undone":      "撤销决定 decision taken back",
	"attempt_redated":      "时间更正 times corrected",
	"registration_changed": "报名信息更改 registration changed",
	"emergency_order":      "手工登记（应急订单） registered by hand (emergency order)",
}
