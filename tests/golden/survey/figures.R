# Makes figures.csv and replicates.csv: totals, ratios, quantiles, intervals, tests and replicate variances of the designs in designs.csv.
# R 4.2.2, survey 4.1-1 (Debian bookworm). Run: Rscript figures.R, in this folder, after make.R.
suppressMessages(library(survey))
options(digits = 15)
set.seed(20261123)
num <- function(x) ifelse(is.na(x), "", sprintf("%.15g", x))
make_design <- function(kind, d) switch(kind,
  simple = svydesign(id = ~1, weights = ~weight, data = d),
  simple_fpc = svydesign(id = ~1, weights = ~weight, fpc = ~fpc1, data = d),
  strata = , zero_weights = svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = d),
  strata_fpc = , strata_fraction = , lonely_certainty = , lonely_adjust = svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~fpc1, data = d),
  psu = svydesign(id = ~psu, weights = ~weight, data = d),
  psu_strata_fpc = svydesign(id = ~psu, strata = ~stratum, weights = ~weight, fpc = ~fpc1, nest = TRUE, data = d),
  two_stage = svydesign(id = ~psu + ssu, weights = ~weight, fpc = ~fpc1 + fpc2, data = d))
E <- NULL
add <- function(k, design, what, group, ...) {
  v <- c(...)
  E <<- rbind(E, data.frame(case = k, design = design, what = what, group = group, stat = names(v), value = num(as.numeric(v))))
}
est <- function(k, design, what, group, m) add(k, design, what, group, value = coef(m)[[1]], se = as.numeric(SE(m))[1])
quiet <- function(x) tryCatch(suppressMessages(suppressWarnings(x)), error = function(e) NULL)
figures <- function(k, name, s) {
  rep <- inherits(s, "svyrep.design")
  has_y <- subset(s, !is.na(y))
  for (f in c("mean", "total")) {
    fun <- if (f == "mean") svymean else svytotal
    est(k, name, f, "", fun(~y, has_y))
    for (g in c("a", "b")) { s1 <- s; s1$variables$pick <- s$variables$g == g & !is.na(s$variables$y); if (sum(s1$variables$pick & weights(s1, "sampling") > 0) > 1) est(k, name, f, g, fun(~y, subset(s1, pick))) }
  }
  if (!rep) { d <- svymean(~y, has_y, deff = TRUE); add(k, name, "mean", "", deff_wor = deff(d)[[1]]); t <- svytotal(~y, has_y, deff = "replace"); add(k, name, "total", "", deff = deff(t)[[1]]) }
  s$variables$is_x <- s$variables$x == 1
  est(k, name, "count x", "", svytotal(~as.numeric(is_x), s))
  r <- svyratio(~y, ~answer, has_y); add(k, name, "ratio", "", value = coef(r)[[1]], se = as.numeric(SE(r)))
  t <- quiet(svyttest(y ~ h, has_y)); if (!is.null(t)) add(k, name, "test", "h", statistic = t$statistic[[1]], df = t$parameter[[1]], p = t$p.value[[1]], difference = t$estimate[[1]])
  t <- quiet(svyttest(I(y - 52) ~ 0, has_y)); if (!is.null(t)) add(k, name, "test", "", statistic = t$statistic[[1]], df = t$parameter[[1]], p = t$p.value[[1]])
  for (v in c("h", "g")) for (st in c("F", "Chisq", "Wald", "adjWald")) {
    s3 <- if (v == "g") subset(s, g != "c") else s
    t <- quiet(svychisq(as.formula(paste("~x+", v)), s3, statistic = st))
    if (v == "h" && !is.null(t)) { p <- t$parameter; add(k, name, paste("chi", st), v, statistic = t$statistic[[1]], df = p[[1]], df2 = if (length(p) > 1) p[[2]] else NA, p = t$p.value[[1]]) }
  }
  if (rep) return()
  p <- weighted.mean(s$variables$x, weights(s))
  if (p > 0 && p < 1) for (m in c("likelihood", "asin", "beta", "mean")) { ci <- quiet(attr(svyciprop(~I(x == 1), s, method = m), "ci")); if (!is.null(ci)) add(k, name, paste("ci", m), "", low = ci[[1]], high = ci[[2]]) }
  for (rule in c("math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9")) for (type in if (rule == "math") c("mean", "xlogit", "beta", "asin") else "mean") {
    q <- quiet(svyquantile(~y, has_y, c(.25, .5, .8), qrule = rule, interval.type = type)$y)
    if (!is.null(q)) for (i in 1:3) add(k, name, paste("quantile", rule, type), c(".25", ".5", ".8")[i], value = q[i, 1], low = q[i, 2], high = q[i, 3], se = q[i, 4])
  }
}
all <- read.csv("designs.csv")
R <- NULL
for (k in 1:44) {
  d <- all[all$design == k, ]; kind <- d$kind[1]
  options(survey.lonely.psu = switch(kind, lonely_certainty = "certainty", lonely_adjust = "adjust", "fail"))
  s <- make_design(kind, d)
  figures(k, "linear", s)
  if (grepl("lonely", kind)) { options(survey.lonely.psu = "average"); figures(k, "average", make_design(kind, d)) }
  if (kind %in% c("simple", "simple_fpc", "psu")) figures(k, "jk1", as.svrepdesign(s, type = "JK1"))
  if (kind %in% c("strata", "strata_fpc", "psu_strata_fpc")) figures(k, "jkn", as.svrepdesign(s, type = "JKn"))
  if (k %in% c(3, 6, 7)) {
    b <- as.svrepdesign(s, type = "bootstrap", replicates = 12)
    w <- weights(b, "analysis")
    R <- rbind(R, data.frame(design = k, row = seq_len(nrow(w)), apply(w, 2, num)))
    for (m in c(FALSE, TRUE)) figures(k, if (m) "given_mse" else "given", svrepdesign(data = d, weights = ~weight, repweights = w, type = "bootstrap", combined.weights = TRUE, mse = m))
  }
}
names(R)[-(1:2)] <- paste0("w", 1:12)
write.csv(E, "figures.csv", row.names = FALSE, quote = FALSE, na = "")
write.csv(R, "replicates.csv", row.names = FALSE, quote = FALSE, na = "")
cat(nrow(E), "figures\n")
