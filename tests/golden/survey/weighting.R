# Makes weighting.csv, totals.csv, weights.csv and weighting_figures.csv: random designs, weighted to random totals.
# The mean of `row` tells weights apart that agree in size. R 4.2.2, survey 4.1-1 and MASS (Debian bookworm). Run: Rscript weighting.R, in this folder.
suppressMessages(library(survey))
options(digits = 15)
set.seed(20261124)
num <- function(x) ifelse(is.na(x), "", sprintf("%.15g", x))
D <- NULL; W <- NULL; E <- NULL
tight <- list(maxit = 1000, epsilon = 1e-13)
for (k in 1:30) {
  kind <- c("simple", "strata", "psu", "two_stage", "fpc")[(k - 1) %% 5 + 1]
  n <- sample(60:200, 1)
  d <- data.frame(case = k, kind = kind, row = seq_len(n))
  d$stratum <- if (kind %in% c("strata", "fpc")) sample(1:4, n, replace = TRUE) else 1
  d$psu <- if (kind %in% c("psu", "two_stage")) sample(1:12, n, replace = TRUE) else seq_len(n)
  d$ssu <- seq_len(n)
  d$fpc1 <- if (kind == "fpc") as.numeric(table(d$stratum)[as.character(d$stratum)]) * 3 else 40
  d$fpc2 <- as.numeric(table(d$psu)[as.character(d$psu)]) * 4
  d$weight <- round(exp(rnorm(n, 2, .5)), 3)
  if (kind == "two_stage") d$weight <- d$fpc1 / length(unique(d$psu)) * 4
  d$a <- sample(c("a1", "a2", "a3"), n, replace = TRUE, prob = c(.5, .3, .2))
  d$b <- sample(c("b1", "b2"), n, replace = TRUE)
  d$c <- sample(c("c1", "c2", "c3", "c4"), n, replace = TRUE)
  d$z <- round(rnorm(n, 20, 4), 2)
  d$y <- round(50 + 3 * (d$a == "a2") - 2 * (d$b == "b1") + d$z / 2 + rnorm(n, 0, 5), 2)
  d$x <- rbinom(n, 1, .4 + .2 * (d$a == "a1"))
  d$g <- sample(c("u", "v"), n, replace = TRUE)
  s <- switch(kind,
    simple = svydesign(id = ~1, weights = ~weight, data = d), strata = svydesign(id = ~1, strata = ~stratum, weights = ~weight, data = d),
    psu = svydesign(id = ~psu, weights = ~weight, data = d), two_stage = svydesign(id = ~psu + ssu, weights = ~weight, fpc = ~fpc1 + fpc2, data = d),
    fpc = svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~fpc1, data = d))
  N <- sum(d$weight)
  shift <- function(v) { t <- tapply(d$weight, d[[v]], sum) * runif(length(unique(d[[v]])), .8, 1.25); round(t / sum(t) * N, 4) }
  P <- lapply(c(a = "a", b = "b", c = "c"), shift)
  P <- lapply(P, function(t) { t[length(t)] <- N - sum(t[-length(t)]); t })
  pop <- function(v) { f <- data.frame(names(P[[v]]), as.numeric(P[[v]])); names(f) <- c(v, "Freq"); f }
  zt <- sum(d$weight * d$z) * runif(1, .97, 1.03)
  totals <- c("(Intercept)" = N, P$a[-1], z = zt); names(totals) <- c("(Intercept)", "aa2", "aa3", "z")
  quiet <- function(x) tryCatch(suppressWarnings(x), error = function(e) NULL)
  made <- list(
    post = postStratify(s, ~a, pop("a")), rake = rake(s, list(~a, ~b, ~c), list(pop("a"), pop("b"), pop("c")), control = tight),
    linear = calibrate(s, ~a + z, totals), raking = quiet(calibrate(s, ~a + z, totals, calfun = "raking", epsilon = 1e-12, maxit = 200)),
    logit = quiet(calibrate(s, ~a + z, totals, calfun = "logit", bounds = c(.4, 2.5), epsilon = 1e-12, maxit = 500)),
    bounded = quiet(calibrate(s, ~a + z, totals, calfun = "linear", bounds = c(.7, 1.5), epsilon = 1e-12, maxit = 500)))
  made$post_then_rake <- rake(made$post, list(~b, ~c), list(pop("b"), pop("c")), control = tight)
  w <- weights(made$rake); cap <- c(quantile(w, .05) * .999, quantile(w, .9) * 1.001)
  made$trim <- trimWeights(made$rake, upper = cap[2], lower = cap[1])
  made$strict <- quiet(trimWeights(made$rake, upper = cap[2], lower = cap[1], strict = TRUE))
  if (kind %in% c("simple", "psu")) { j <- as.svrepdesign(s, type = "JK1"); made$jk_post <- quiet(postStratify(j, ~a, pop("a"))); made$jk_rake <- quiet(rake(j, list(~a, ~b), list(pop("a"), pop("b")), control = list(maxit = 200, epsilon = 1e-12))); made$jk_linear <- quiet(calibrate(j, ~a + z, totals)) }
  for (name in names(made)) {
    m <- made[[name]]
    if (is.null(m)) next
    ww <- weights(m, "sampling")
    if (any(ww < 0)) next
    W <- rbind(W, data.frame(case = k, made = name, n_eff = num(sum(ww)^2 / sum(ww^2)), largest = num(max(ww)), smallest = num(min(ww)), lower = num(cap[1]), upper = num(cap[2])))
    add <- function(what, v) E <<- rbind(E, data.frame(case = k, made = name, what = what, value = num(coef(v)[[1]]), se = num(as.numeric(SE(v))[1])))
    add("mean", svymean(~y, m)); add("row", svymean(~row, m)); add("total", svytotal(~y, m)); add("ratio", svyratio(~y, ~z, m)); add("share", svymean(~x, m))
    add("mean u", svymean(~y, subset(m, g == "u"))); add("total u", svytotal(~y, subset(m, g == "u")))
  }
  for (v in names(P)) D <- rbind(D, data.frame(case = k, margin = v, category = names(P[[v]]), total = num(P[[v]])))
  D <- rbind(D, data.frame(case = k, margin = "z", category = "", total = num(zt)))
  all <- if (k == 1) d else rbind(all, d)
}
for (v in c("fpc1", "fpc2", "weight", "y", "z")) all[[v]] <- num(all[[v]])
write.csv(all, "weighting.csv", row.names = FALSE, quote = FALSE)
write.csv(D, "totals.csv", row.names = FALSE, quote = FALSE)
write.csv(W, "weights.csv", row.names = FALSE, quote = FALSE)
write.csv(E, "weighting_figures.csv", row.names = FALSE, quote = FALSE)
cat(nrow(all), nrow(W), nrow(E), "\n")
