package staff

import (
	"context"
	"fmt"
	"strings"

	"kaodian/app/base/table"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type ordersWorkbookInput struct {
	OrderFilter
	Sort string `query:"sort" pattern:"^(ticket|name|window)?$" doc:"ticket, name or window"`
}

// exportOrders is the list as a workbook, in both languages: whoever gets it has
// no switch. Addresses and phones are not in it, and ID numbers are masked.
func (s *Server) exportOrders(ctx context.Context, in *ordersWorkbookInput) (*workbookOutput, error) {
	filter, err := in.chosen()
	if err != nil {
		return nil, err
	}
	filter.Sort = store.OrderSort(in.Sort)
	sheet := table.Sheet{
		Name: "订单 Orders",
		Heads: []string{
			"准考证号 ticket", "姓名 name", "拼音 pinyin", "性别 gender", "出生日期 birth date", "证件类型 ID type", "证件号码 ID number", "专业 subject", "级别 grade",
			"上传开始 window opens", "上传结束 window closes", "曲目 pieces", "状态 status", "考试次数 attempts", "照片待补 photo missing", "应急订单 emergency order",
		},
		Widths: []float64{18, 16, 20, 8, 14, 14, 22, 14, 8, 20, 20, 40, 26, 10, 10, 10},
	}
	err = s.Store.EachOrder(ctx, filter, func(row store.OrderRow) error {
		sheet.Rows = append(sheet.Rows, []any{
			row.Ticket, row.Name, row.Pinyin, row.Gender, row.BirthDate.String(), row.IDType, exam.MaskID(row.IDNumber), row.Subject, row.Grade,
			written(row.Window.OpensAt), written(row.Window.ClosesAt), piecesOf(row.Pieces), statusWords[s.Store.StatusOf(row.Order)], row.AttemptsUsed(),
			yes(row.Photo == ""), yes(row.Emergency),
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.Store.Audit(ctx, store.Entry{Action: store.ActionOrdersExported, By: access.Of(ctx).Staff(), Args: in.noted(len(sheet.Rows))})
	if err != nil {
		return nil, err
	}
	file, err := table.Write([]table.Sheet{sheet})
	name := fmt.Sprintf(`attachment; filename="kaodian-orders-%s.xlsx"`, s.Store.Now().Format("20060102-1504"))
	return &workbookOutput{Type: webkit.WorkbookType, Disposition: name, Body: file}, err
}

// noted is what the log says of an export: how many, and of what filter.
func (f OrderFilter) noted(count int) map[string]any {
	args := map[string]any{"orders": count}
	for name, value := range map[string]string{"day": f.Day, "subject": f.Subject, "filter": strings.TrimSpace(f.Who + " " + f.Status)} {
		if value != "" {
			args[name] = value
		}
	}
	if f.Grade > 0 {
		args["grade"] = f.Grade
	}
	return args
}

func piecesOf(pieces []exam.Piece) string {
	var all []string
	for _, piece := range pieces {
		text := piece.Title
		if piece.Item != "" {
			text = piece.Item + "：" + text
		}
		all = append(all, text)
	}
	return strings.Join(all, "；")
}
