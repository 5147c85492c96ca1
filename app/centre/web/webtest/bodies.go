package webtest

import "strings"

// BodyFor is a body that the route's schema takes.
func BodyFor(path string) any {
	switch {
	case strings.HasSuffix(path, "/results/lists"):
		return map[string]any{"id": "list-of-a-test", "met_on": "2026-08-03", "committee": []string{"王老师"}, "shown": ""}
	case strings.HasSuffix(path, "/publish"):
		return map[string]any{}
	case strings.HasSuffix(path, "/recusals"), strings.HasSuffix(path, "/recusals/lift"):
		return map[string]any{"examiner": "nobody", "reason": "我的学生"}
	case strings.HasSuffix(path, "/examiners/release"):
		return map[string]any{"examiner": "nobody", "reason": "已谈过"}
	case strings.HasSuffix(path, "/settlement"), strings.HasSuffix(path, "/standard"):
		return map[string]any{"level": "good", "reason": "复听后一致"}
	case strings.HasSuffix(path, "/unmarkable"):
		return map[string]any{"id": "cannot-mark-1", "reason": "没有声音"}
	case strings.HasSuffix(path, "/appeals"):
		return map[string]any{"id": "appeal-of-a-test", "reason": "家长申请"}
	case strings.HasSuffix(path, "/recusal"):
		return map[string]any{"reason": "我的学生"}
	case strings.HasSuffix(path, "/withdraw"):
		return map[string]any{"reason": "算错了"}
	case strings.HasSuffix(path, "/lend"):
		return map[string]any{"order": "nobodys"}
	case strings.HasSuffix(path, "/loan-phones"), strings.Contains(path, "/loan-phones/") && strings.HasSuffix(path, "/name"):
		return map[string]any{"name": "借 1"}
	case strings.HasSuffix(path, "/hand-out"), strings.HasSuffix(path, "/take-back/force"), strings.HasSuffix(path, "/parcels/{install}/{sequence}/refuse"):
		return map[string]any{"reason": "屏幕碎了"}
	case strings.HasSuffix(path, "/turns/preview"):
		return map[string]any{"share": true}
	case strings.HasSuffix(path, "/turns/save"):
		return map[string]any{"share": true, "fingerprint": "of a preview"}
	case strings.Contains(path, "/staff/turns/"):
		return map[string]any{"known": 0}
	case strings.HasSuffix(path, "/staff/halls") || strings.Contains(path, "/staff/halls/"):
		return map[string]any{"name": "琴房"}
	case strings.HasSuffix(path, "/irregularities"):
		return map[string]any{"id": "note-of-a-test", "category": "power_cut", "remark": "停电"}
	case strings.Contains(path, "/staff/attempts/") && !strings.HasSuffix(path, "/extra-time") && !strings.HasSuffix(path, "/decisions") && !strings.HasSuffix(path, "/row/show"):
		return map[string]any{"reason": "停电"}
	case strings.Contains(path, "/me/phrases"):
		return map[string]any{"phrase": "节奏很稳"}
	case strings.HasSuffix(path, "/staff/invitations"):
		return map[string]any{"name": "new", "role": "examiner"}
	case strings.HasSuffix(path, "/invitations/password"):
		return map[string]any{"name": "nobody"}
	case strings.HasSuffix(path, "/consent"):
		return map[string]any{"face": false}
	case strings.HasSuffix(path, "/attempts"):
		return map[string]any{"agreed": true, "rules_version": "1"}
	case strings.HasSuffix(path, "/passes"):
		return map[string]any{"kind": "phone"}
	case strings.Contains(path, "/setup/steps/"):
		return map[string]any{"outcome": "done"}
	case strings.HasSuffix(path, "/setup/province"):
		return map[string]any{"enrolment": "{}"}
	case strings.Contains(path, "/settings/"):
		return map[string]any{"value": "济南一号考点"}
	case strings.HasSuffix(path, "/poster"):
		return map[string]any{"wifi_name": "kaodian", "wifi_password": "", "address": ""}
	case strings.HasSuffix(path, "/answer"):
		return map[string]any{"kind": "coming"}
	case strings.HasSuffix(path, "/devices"):
		return map[string]any{"number": "123456"}
	case strings.HasSuffix(path, "/staff/proposals"):
		return map[string]any{"kind": "free_room", "args": map[string]any{"reason": "磁盘快满了"}}
	case strings.HasSuffix(path, "/reject"):
		return map[string]any{"reason": "弄错了日子"}
	case strings.HasSuffix(path, "/people/role"):
		return map[string]any{"name": "nobody", "role": "examiner"}
	case strings.Contains(path, "/staff/people/"):
		return map[string]any{"name": "nobody"}
	case strings.HasSuffix(path, "/me/password"):
		return map[string]any{"present": "wrong horse", "new": "a long new one"}
	case strings.HasSuffix(path, "/extra-time"):
		return map[string]any{"grant": "grant-of-a-test", "minutes": 5, "reason": "停电"}
	case strings.HasSuffix(path, "/move"):
		return map[string]any{"item": "1"}
	case strings.HasSuffix(path, "/announcement"):
		return map[string]any{"part": "code", "heard": "heard"}
	case strings.HasSuffix(path, "/departures"):
		return map[string]any{"id": "departure-of-a-test", "category": "hat", "ms": 1000}
	case strings.HasSuffix(path, "/decisions"):
		return map[string]any{"id": "decision-of-a-test", "kind": "clip_invalid", "reason": "看谱演奏"}
	case strings.HasSuffix(path, "/staff/rehearsal"):
		return map[string]any{"seconds": 30, "expected": 10, "clips": 4, "clip_bytes": 100_000_000}
	case strings.HasSuffix(path, "/staff/orders"):
		return map[string]any{"name": "", "pinyin": "", "gender": "", "birth_date": "", "id_type": "", "guardian_address": "", "phone": "", "pieces": ""}
	case strings.HasSuffix(path, "/windows"):
		return map[string]any{"opens": "2026-08-03T08:00", "closes": "2026-08-09T18:00", "reason": "停电"}
	case strings.HasSuffix(path, "/take"):
		return map[string]any{"fingerprint": "of a preview"}
	case strings.HasSuffix(path, "/check-in"):
		return map[string]any{"id": "check-in-of-a-test"}
	case strings.HasSuffix(path, "/check-in/document"):
		return map[string]any{"check_in": "check-in-of-a-test", "document": "id_card"}
	case strings.HasSuffix(path, "/check-in/undo"):
		return map[string]any{"check_in": "check-in-of-a-test", "reason": "点错人"}
	case strings.HasSuffix(path, "/undo"):
		return map[string]any{"reason": "误判"}
	case strings.HasSuffix(path, "/marks"):
		return map[string]any{"level": "good", "technique": "good", "tempo": "pass", "interpretation": "good"}
	}
	return nil
}
