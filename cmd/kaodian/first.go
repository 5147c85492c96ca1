package main

import (
	"context"
	"fmt"
	"io"
	"net"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
	"kaodian/app/webkit"
)

// firstWords lead to the first log-in. A mistyped --data makes a centre of its
// own, and at its pages every log-in is wrong: so the folder is named.
const firstWords = `
这个考点还没有管理员。请在 30 分钟内打开下面的链接，设置管理员账号（只能用一次；过期了就重新启动服务）：
This centre has no administrator yet. Open this link within 30 minutes and make yourself one (it works once; a restart of the server makes a new one):

%s
数据目录 Data folder: %s
如果要用的是另一个考点的数据，请停下来，用 --data 指明它的目录。
If another centre is meant, stop and name its folder with --data DIR.

`

// inviteFirst prints a link by which a centre without an administrator gets one.
func (c *centre) inviteFirst(ctx context.Context, out io.Writer, address net.Addr) error {
	secret := webkit.NewSecret()
	_, err := c.CreateFirstInvitation(ctx, secret)
	if refusal.Is(err, login.AdministratorExists) {
		return nil
	}
	if err != nil {
		return err
	}
	own, _ := net.InterfaceAddrs() // without them the first link still holds
	links := ""
	for _, host := range reachable(address, own) {
		links += "    " + staff.InvitationURL("http://"+host, secret) + "\n"
	}
	_, err = fmt.Fprintf(out, firstWords, links, c.folder)
	return err
}

// reachable are the addresses by which browsers reach what listens: this
// machine's own first, then, if it listens everywhere, those that another
// machine in the house calls it by. A box without a screen has only these.
func reachable(address net.Addr, own []net.Addr) []string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return []string{address.String()}
	}
	port := fmt.Sprint(tcp.Port)
	hosts := []string{net.JoinHostPort("127.0.0.1", port)}
	for _, a := range own {
		network, ok := a.(*net.IPNet)
		if ok && network.IP.To4() != nil && network.IP.IsGlobalUnicast() {
			hosts = append(hosts, net.JoinHostPort(network.IP.String(), port))
		}
	}
	return hosts
}
