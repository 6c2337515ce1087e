// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension AppArmorPolicy {
    /// What others would run later, outside of this policy, and what is no business of a network program's.
    func writeEscapes(to text: inout PolicyText) {
        text.comment(
            "What others would run outside of this policy, as far as it is known, and the secrets of other programs.")
        text.line("include <abstractions/private-files-strict>")
        for rule in Self.secrets { text.line("audit deny \(rule) mrwklx,") }
        // Whoever moves a directory away writes in it under another name, and moves it back.
        text.line("audit deny @{HOME}/{\(Self.holders.joined(separator: ","))}{,/} wl,")
        for rule in Self.startedLater {
            // The bare name, too: it could be made a link.
            text.line("audit deny @{HOME}/\(rule){,/,/**} wl,")
        }
    }

    private static let secrets = [
        "/etc/{shadow,gshadow}{,-}",
        "@{run}/user/[0-9]*/systemd{,/,/**}",
    ]

    private static let holders = [".config", ".local", ".local/share", ".local/lib", ".kde", ".kde4"]

    /// Below the user's home: what a login, a shell, a session or its programs run or take their commands from. The abstraction
    /// above has some more.
    private static let startedLater = [
        // In the PATH of Debian's shells, or of many people's.
        "{bin,.local/bin,.cargo/bin,go/bin}",
        ".local/lib/python*",
        // Shells.
        ".{bash*,zsh*,profile*,zprofile*,zlogin,zlogout,cshrc,tcshrc,kshrc,mkshrc,login,logout,inputrc}",
        ".config/{bash,elvish,fish,nushell,powershell,zsh}",
        ".local/share/{bash-completion,fish,zsh}",
        // Sessions and their window managers.
        ".{pam_environment,xinitrc,xserverrc,xprofile,xsession,xsessionrc,Xsession,Xresources,Xdefaults,gnomerc}",
        ".{awesome,fluxbox,fvwm,i3,icewm,sway,xmonad}",
        ".config/{autostart,autostart-scripts,environment.d,plasma-workspace,systemd,uwsm,upstart}",
        ".config/{awesome,bspwm,hypr,i3,i3status,labwc,lxsession,lxqt,niri,openbox,qtile,river,sway,swaylock,sxhkd,wayfire.ini}",
        ".config/{dunst,fuzzel,mako,polybar,rofi,waybar,xfce4,xmonad,kglobalshortcutsrc,khotkeysrc}",
        ".local/share/{applications,dbus-1,desktop-directories,file-manager,flatpak,gnome-shell,kio,kservices5,kwin}",
        ".local/share/{nautilus,nautilus-python,nemo,nemo-python,plasma,systemd,thumbnailers,xsessions}",
        // Programs that run what their settings say.
        ".{emacs,emacs.d,gitconfig,mailcap,tmux.conf,vim,vimrc}",
        ".config/{alacritty,emacs,foot,ghostty,git,kitty,nvim,tmux,vim,wezterm}",
        ".local/share/{emacs,nvim}",
    ]
}
