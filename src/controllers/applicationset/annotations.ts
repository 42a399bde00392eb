/** On an ApplicationSet, any value: look now, at remotes too. Taken away after a look that succeeded in full. */
export const refreshAnnotation = "argocd.argoproj.io/application-set-refresh";
