# Makes trials.csv and expected.csv: random trials, and least squares on arm dummies with CR0 (clusters) or HC0 (none) by its
# textbook matrices. R 4.2.2. Run: Rscript make.R, in this folder.
options(digits = 15)
set.seed(7)
num <- function(x) sprintf("%.15g", x)
robust <- function(d, cluster) {
  d$arm <- relevel(factor(d$arm), ref = "none")
  X <- model.matrix(~arm, d); fit <- lm(outcome ~ arm, d)
  bread <- solve(crossprod(X)); scores <- rowsum(X * resid(fit), cluster)
  v <- bread %*% crossprod(scores) %*% bread
  list(effect = coef(fit)[-1], se = sqrt(diag(v))[-1], arm = sub("^arm", "", names(coef(fit))[-1]))
}
all <- E <- NULL
for (k in 1:8) {
  n <- sample(c(40, 150, 400), 1)
  d <- data.frame(trial = k, cluster = sample(n %/% 3, n, replace = TRUE), arm = sample(c("none", "card", "letter", "visit"), n, replace = TRUE, prob = c(4, 2, 2, 1)))
  if (k %% 2 == 0) { arm <- sample(c("none", "card", "letter"), n, replace = TRUE); d$arm <- arm[d$cluster] }
  d$region <- sample(c("east", "west"), n, replace = TRUE)
  d$outcome <- if (k <= 4) rbinom(n, 1, plogis(rnorm(n %/% 3)[d$cluster] + (d$arm == "letter"))) else round(rnorm(n, 10, 3) + rnorm(n %/% 3)[d$cluster], 3)
  add <- function(s, group, kind, id) {
    r <- robust(s, id)
    for (i in seq_along(r$arm)) {
      both <- s$arm %in% c("none", r$arm[i]); g <- length(unique(id[both])); t <- qt(.975, g - 1)
      E <<- rbind(E, data.frame(trial = k, kind = kind, group = group, arm = r$arm[i], n = sum(s$arm == r$arm[i]), n_control = sum(s$arm == "none"), clusters = g, effect = num(r$effect[i]), se = num(r$se[i]), low = num(r$effect[i] - t * r$se[i]), high = num(r$effect[i] + t * r$se[i])))
    }
  }
  add(d, "", "CR0", d$cluster); add(d, "", "HC0", seq_len(n))
  for (g in c("east", "west")) { s <- d[d$region == g, ]; add(s, g, "CR0", s$cluster) }
  all <- rbind(all, d)
}
if (requireNamespace("sandwich", quietly = TRUE)) cat("sandwich is there: compare with vcovCL(type = 'HC0', cadjust = FALSE)\n")
write.csv(all, "trials.csv", row.names = FALSE, quote = FALSE)
write.csv(E, "expected.csv", row.names = FALSE, quote = FALSE)
