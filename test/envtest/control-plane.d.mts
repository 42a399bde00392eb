export interface ControlPlane {
  readonly dir: string;
  readonly server: string;
  readonly kubeconfig: string;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  readonly dir?: string;
  readonly assets?: string;
  readonly collectGarbage?: boolean;
  readonly apiserverFlags?: readonly string[];
  readonly keep?: boolean;
}

export function defaultAssets(): string;
export function start(options?: ControlPlaneOptions): Promise<ControlPlane>;
export function stop(dir: string): Promise<void>;
