// Buttons, and links that look like them. Disabled is aria-disabled: a button that vanishes from the tab order loses focus.
import type { ComponentProps } from "react";
import styles from "./button.module.css";
import { Icon, type IconName } from "./icon.tsx";

interface Look {
  readonly kind?: "primary" | "secondary" | "danger" | "quiet";
  readonly small?: boolean;
}

export function buttonClass({ kind = "secondary", small = false }: Look = {}): string {
  const kinds = { primary: styles.primary, secondary: "", danger: styles.danger, quiet: styles.quiet };
  return [styles.button, kinds[kind], small ? styles.small : ""].filter(Boolean).join(" ");
}

type ButtonProps = Omit<ComponentProps<"button">, "disabled"> & Look & { icon?: IconName; disabled?: boolean };

export function Button({ kind, small, icon, disabled = false, className, children, onClick, ...rest }: ButtonProps) {
  const look = { ...(kind ? { kind } : {}), ...(small ? { small } : {}) };
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(look)} ${className ?? ""}`}
      aria-disabled={disabled || undefined}
      onClick={disabled ? undefined : onClick}
    >
      {icon ? <Icon name={icon} size={18} /> : null}
      {children}
    </button>
  );
}

export function IconButton({
  label,
  icon,
  className,
  ...rest
}: Omit<ButtonProps, "children"> & { label: string; icon: IconName }) {
  return (
    <Button
      kind="quiet"
      {...rest}
      className={`${styles.iconOnly} ${className ?? ""}`}
      aria-label={label}
      title={label}
      icon={icon}
    />
  );
}
