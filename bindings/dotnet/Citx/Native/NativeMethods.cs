// Written by tools/native_methods.py from include/citx.h: do not edit.

using System;
using System.Runtime.InteropServices;

namespace Citx.Native
{
    /// <summary>Every function of the C ABI.</summary>
    internal static class NativeMethods
    {
        private const string Library = "citx";

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_audience(SegmentHandle segment, ViewHandle view, IntPtr options, IntPtr run, out AudienceHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_allowed(AudienceHandle audience, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_refused(AudienceHandle audience, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_held_out(AudienceHandle audience, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_summary(AudienceHandle audience, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.I1)]
        internal static extern bool citx_audience_expires_at(AudienceHandle audience, out long micros);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_equality(AudienceHandle audience, NativeBreakdowns by, double level, ulong minBase, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_for_system(AudienceHandle audience, NativeText system, out AudienceHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_write_csv(AudienceHandle audience, NativeText path, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_write_parquet(AudienceHandle audience, NativeText path, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_write_notify(AudienceHandle audience, NativeText directory, NativeText prefix, NativePairs personalisation, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audience_write_customer_match(AudienceHandle audience, NativeText path, NativePairs columns, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_audience_free(IntPtr audience);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_new(NativePairs rules, out SegmentBookHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_parse(NativeText toml, out SegmentBookHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_read(NativeText path, out SegmentBookHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_segment_book_len(SegmentBookHandle book);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_segment_book_name(SegmentBookHandle book, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_evaluate(SegmentBookHandle book, PopulationHandle people, NativeText asOf, NativeText timeZone, IntPtr run, out MembershipHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_match(SegmentBookHandle book, RecordHandle record, NativeText asOf, NativeText timeZone, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_explain(SegmentBookHandle book, NativeText name, RecordHandle record, NativeText asOf, NativeText timeZone, out ExplanationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_columns_used(SegmentBookHandle book, NativeText name, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_segment_book_free(IntPtr book);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_explanation_text(ExplanationHandle explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_explanation_outcome(ExplanationHandle explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_explanation_values(ExplanationHandle explanation, out RecordHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_explanation_num_parts(ExplanationHandle explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr citx_explanation_part(ExplanationHandle explanation, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_explanation_free(IntPtr explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr citx_bytes_data(BytesHandle bytes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_bytes_len(BytesHandle bytes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_bytes_free(IntPtr bytes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_changes_len(ChangesHandle changes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_changes_seq(ChangesHandle changes, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_changes_segment(ChangesHandle changes, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_changes_key(ChangesHandle changes, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.I1)]
        internal static extern bool citx_changes_entered(ChangesHandle changes, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_changes_table(ChangesHandle changes, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_changes_free(IntPtr changes);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_compare(SurveyHandle before, SurveyHandle after, NativeText measure, IntPtr options, out ComparisonHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_compare_units(SurveyHandle before, SurveyHandle after, NativeTexts measures, NativeText adjust, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_trend_of(NativeWaves waves, NativeText measure, NativeText adjust, NativeText chart, IntPtr options, out TrendHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_rolling(NativeWaves waves, NativeText measure, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_compare_groups(SurveyHandle survey, NativeText measure, NativeTexts by, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_column_letters(SurveyHandle survey, NativeText question, NativeTexts by, IntPtr options, out ColumnLettersHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_comparison_measure(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_comparison_before(ComparisonHandle comparison, out EstimateHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_comparison_after(ComparisonHandle comparison, out EstimateHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_difference(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_difference_pp(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_std_error(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_ci_low(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_ci_high(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_level(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_statistic(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_df(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_p_value(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.I1)]
        internal static extern bool citx_comparison_is_significant(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_comparison_unit(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_comparison_method(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_comparison_n_before(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_comparison_n_after(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_comparison_n_matched(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_comparison_covariance(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_comparison_num_changed(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_comparison_changed(ComparisonHandle comparison, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_comparison_num_warnings(ComparisonHandle comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_comparison_warning(ComparisonHandle comparison, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_comparison_free(IntPtr comparison);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_trend_table(TrendHandle trend, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_trend_slope(TrendHandle trend);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_trend_slope_std_error(TrendHandle trend);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_trend_slope_p(TrendHandle trend);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern long citx_trend_mann_kendall_s(TrendHandle trend);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_trend_tau(TrendHandle trend);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_trend_mann_kendall_p(TrendHandle trend);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_trend_chart(TrendHandle trend);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_trend_free(IntPtr trend);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_column_letters_cells(ColumnLettersHandle letters, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_column_letters_tests(ColumnLettersHandle letters, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_column_letters_mode(ColumnLettersHandle letters);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_column_letters_free(IntPtr letters);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_kantara_receipt(TableHandle history, ulong eventId, IntPtr controller, IntPtr words, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_consent_record(TableHandle history, NativeText purpose, IntPtr controller, IntPtr words, IntPtr processing, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_consent_receipt(TableHandle history, NativeText purpose, ulong eventId, IntPtr controller, IntPtr words, IntPtr processing, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_decision_outcome(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.I1)]
        internal static extern bool citx_decision_allowed(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_decision_rule(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_decision_permitted_by(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_decision_basis(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_decision_reason(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_decision_policy(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_decision_num_evidence(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr citx_decision_evidence(DecisionHandle decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.I1)]
        internal static extern bool citx_decision_until(DecisionHandle decision, out long micros);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_decision_free(IntPtr decision);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_diff(MembershipHandle membership, MembershipHandle previous, IntPtr run, out DiffHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_diff(SegmentBookHandle book, SegmentBookHandle other, PopulationHandle people, NativeText asOf, NativeText timeZone, IntPtr sources, IntPtr run, out DiffHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_diff_added(DiffHandle diff, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_diff_removed(DiffHandle diff, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_diff_changed(DiffHandle diff, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_diff_moves(DiffHandle diff, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_diff_counts(DiffHandle diff, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_diff_free(IntPtr diff);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_disclosure_rule_builtin(NativeText name, out DisclosureRuleHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_disclosure_rule_parse(NativeText toml, out DisclosureRuleHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_disclosure_rule_names(out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_disclosure_rule_name(DisclosureRuleHandle rule);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_disclosure_rule_title(DisclosureRuleHandle rule);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_disclosure_rule_source(DisclosureRuleHandle rule);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_disclosure_rule_symbol(DisclosureRuleHandle rule);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_disclosure_rule_threshold(DisclosureRuleHandle rule);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_disclosure_rule_free(IntPtr rule);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_suppress(TableHandle table, IntPtr cells, DisclosureRuleHandle rule, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_suppress_linked(NativeTables tables, IntPtr cells, DisclosureRuleHandle rule, IntPtr options, out TableListHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_with_totals(TableHandle table, IntPtr cells, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_audit(NativeTables tables, IntPtr cells, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_protect_scores(TableHandle scores, DisclosureRuleHandle rule, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_table_list_len(TableListHandle tables);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_table_list_get(TableListHandle tables, UIntPtr index, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_table_list_free(IntPtr tables);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_drivers(SurveyHandle survey, NativeText outcome, NativeTexts drivers, IntPtr options, IntPtr run, out DriversHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_drivers_outcome(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_drivers_r_squared(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_drivers_r_squared_ci_low(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_drivers_r_squared_ci_high(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_drivers_level(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_drivers_n(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_drivers_n_eff(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_drivers_n_outcome(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_drivers_missing(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_drivers_coding(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_drivers_replicates(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_drivers_num_warnings(DriversHandle drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_drivers_warning(DriversHandle drivers, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_drivers_table(DriversHandle drivers, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_drivers_free(IntPtr drivers);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_status_name(uint status);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_error_status(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_error_message(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_error_line(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_error_column(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_error_span_start(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_error_span_end(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_error_snippet(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_error_suggestion(ErrorHandle error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_error_free(IntPtr error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_value(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_std_error(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_ci_low(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_ci_high(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_level(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_df(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_estimate_n(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_estimate_base(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_n_eff(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_deff(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_moe(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_estimate_deff_reference(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_estimate_standard_moe(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_estimate_unit(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_estimate_method(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_estimate_definition(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_estimate_published(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_estimate_published_unit(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_estimate_num_warnings(EstimateHandle estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_estimate_warning(EstimateHandle estimate, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_estimate_free(IntPtr estimate);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_estimates_len(EstimatesHandle estimates);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_estimates_get(EstimatesHandle estimates, UIntPtr index, out EstimateHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_estimates_free(IntPtr estimates);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_events_from_stream(IntPtr stream, IntPtr columns, out EventsHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_events_from_table(TableHandle table, IntPtr columns, out EventsHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_events_len(EventsHandle events);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_events_kinds(EventsHandle events, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_events_features(EventsHandle events, PopulationHandle people, NativeText asOf, NativeText timeZone, IntPtr options, IntPtr run, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_events_free(IntPtr events);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_score(SurveyHandle survey, NativeText measure, NativeText unit, IntPtr options, out EstimateHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_scores(SurveyHandle survey, NativeBreakdowns by, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_mean(SurveyHandle survey, NativeText column, IntPtr options, out EstimateHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_mean_by(SurveyHandle survey, NativeText column, NativeBreakdowns by, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_total(SurveyHandle survey, NativeText column, NativeText equals, IntPtr options, out EstimateHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_total_by(SurveyHandle survey, NativeText column, NativeText equals, NativeBreakdowns by, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_ratio(SurveyHandle survey, NativeText numerator, NativeText denominator, IntPtr options, out EstimateHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_ratio_by(SurveyHandle survey, NativeText numerator, NativeText denominator, NativeBreakdowns by, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_proportion(SurveyHandle survey, NativeText column, NativeText equals, IntPtr options, out EstimateHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_proportion_by(SurveyHandle survey, NativeText column, NativeText equals, NativeBreakdowns by, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_quantile(SurveyHandle survey, NativeText column, NativeNumbers shares, IntPtr options, out EstimatesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_quantile_by(SurveyHandle survey, NativeText column, NativeNumbers shares, NativeBreakdowns by, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_index_from_table(TableHandle table, IntPtr columns, NativeText parameters, NativeText asOf, out IndexHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_index_table(IndexHandle index, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_index_explain(IndexHandle index, NativeText citizen, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_index_means(IndexHandle index, NativeTexts by, PopulationHandle people, SegmentHandle segment, double level, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_index_free(IntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_with_features(PopulationHandle people, TableHandle features, out PopulationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_builtin_names(out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_builtin(NativeText name, out InstrumentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_parse(NativeText toml, out InstrumentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_read(NativeText path, out InstrumentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_scale(NativeText name, IntPtr options, out InstrumentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_instrument_name(InstrumentHandle instrument);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_explain(InstrumentHandle instrument, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_counted(InstrumentHandle instrument, NativeText measure, NativePeriods periods, out CountedHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_benchmark(InstrumentHandle instrument, NativeText measure, EstimateHandle estimate, NativeText peer, NativeText year, out BenchmarkHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_sample_size(InstrumentHandle instrument, ulong population, out ulong required, out double exact, out double moe, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_sample_size_by(InstrumentHandle instrument, ulong population, NativeText form, out ulong required, out double exact, out double moe, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instrument_margin_of_error(InstrumentHandle instrument, ulong n, ulong population, out double result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_instrument_free(IntPtr instrument);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_benchmark_quartile(BenchmarkHandle benchmark);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_benchmark_peers(BenchmarkHandle benchmark);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_benchmark_rank(BenchmarkHandle benchmark);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_benchmark_lower_quartile(BenchmarkHandle benchmark);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_benchmark_median(BenchmarkHandle benchmark);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_benchmark_upper_quartile(BenchmarkHandle benchmark);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_benchmark_free(IntPtr benchmark);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_counted_value(CountedHandle counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_counted_numerator(CountedHandle counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_counted_denominator(CountedHandle counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_counted_published(CountedHandle counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_counted_published_unit(CountedHandle counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.I1)]
        internal static extern bool citx_counted_is_exactly_1(CountedHandle counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_counted_definition(CountedHandle counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_counted_num_warnings(CountedHandle counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_counted_warning(CountedHandle counted, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_counted_free(IntPtr counted);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_open(NativeText path, PolicyHandle policy, [MarshalAs(UnmanagedType.I1)] bool readOnly, out LedgerHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_append(LedgerHandle ledger, IntPtr @event, out ulong id, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_append_table(LedgerHandle ledger, TableHandle events, out ulong appended, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_decide(LedgerHandle ledger, IntPtr question, NativeText at, out DecisionHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_as_of(LedgerHandle ledger, NativeText at, NativeText knownAt, out ViewHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_history(LedgerHandle ledger, NativeText citizen, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_verify(LedgerHandle ledger, out ulong verified, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_head(LedgerHandle ledger, out ulong sequence, out TextHandle hash, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_accept_head(NativeText path, PolicyHandle policy, out ulong sequence, out TextHandle hash, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_erase(LedgerHandle ledger, NativeText citizen, out ulong id, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_len(LedgerHandle ledger, out ulong result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_ledger_free(IntPtr ledger);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_list(RecordHandle record, NativeText name, NativeValues items, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_get_list(RecordHandle record, NativeText name, out ListHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_list_len(ListHandle list);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_list_get(ListHandle list, UIntPtr index, out NativeValue result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_list_free(IntPtr list);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_new(SegmentBookHandle book, PopulationHandle people, NativeText asOf, NativeText timeZone, IntPtr sources, IntPtr run, out LiveHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_upsert(LiveHandle live, RecordHandle record, out ChangesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_upsert_table(LiveHandle live, TableHandle rows, out ChangesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_append(LiveHandle live, IntPtr @event, out ChangesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_advance(LiveHandle live, NativeText asOf, out ChangesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_set_view(LiveHandle live, ViewHandle view, IntPtr run, out ChangesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_next_change_at(LiveHandle live, out byte known, out long result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_seq(LiveHandle live, out ulong result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_counts(LiveHandle live, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_members(LiveHandle live, NativeText segment, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_membership(LiveHandle live, out MembershipHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_population(LiveHandle live, out PopulationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_snapshot(LiveHandle live, out BytesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_live_restore(SegmentBookHandle book, IntPtr bytes, UIntPtr len, ViewHandle view, IntPtr run, out LiveHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_live_free(IntPtr live);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_management_from_table(TableHandle table, IntPtr options, out ManagementHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_management_units(ManagementHandle management, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_management_of_unit(ManagementHandle management, NativeText unit, out ManagementHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_management_table(ManagementHandle management, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_management_checks(ManagementHandle management, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_management_free(IntPtr management);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_membership_len(MembershipHandle membership);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_membership_name(MembershipHandle membership, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_membership_count(MembershipHandle membership, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_segment(MembershipHandle membership, NativeText name, out SegmentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_table(MembershipHandle membership, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_membership_free(IntPtr membership);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_segment_len(SegmentHandle segment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_segment_name(SegmentHandle segment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_keys(SegmentHandle segment, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_mask(SegmentHandle segment, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_columns_used(SegmentHandle segment, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_and(SegmentHandle segment, SegmentHandle other, out SegmentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_or(SegmentHandle segment, SegmentHandle other, out SegmentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_minus(SegmentHandle segment, SegmentHandle other, out SegmentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_complement(SegmentHandle segment, out SegmentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_segment_free(IntPtr segment);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_overlap(MembershipHandle membership, IntPtr run, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_crosstab(MembershipHandle membership, NativeText column, IntPtr run, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_exclusive(MembershipHandle membership, out MembershipHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_select(MembershipHandle membership, NativeTexts names, out MembershipHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_segments_of(MembershipHandle membership, NativeText key, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_to_roaring(SegmentHandle segment, out BytesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_from_roaring(PopulationHandle people, NativeText name, NativeText asOf, NativeText timeZone, IntPtr bytes, UIntPtr len, out SegmentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_with_columns_used(SegmentHandle segment, NativeTexts columns, out SegmentHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_from_roaring(SegmentBookHandle book, PopulationHandle people, NativeText asOf, NativeText timeZone, NativeBitmaps segments, out MembershipHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_builtin(NativeText name, out PolicyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_parse(NativeText toml, out PolicyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_read(NativeText path, out PolicyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_with_controller(PolicyHandle policy, NativeText name, NativeText kind, NativeText timeZone, out PolicyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_with_purpose(PolicyHandle policy, IntPtr purpose, out PolicyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_with_quiet_hours(PolicyHandle policy, IntPtr quietHours, out PolicyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_with_frequency_cap(PolicyHandle policy, IntPtr cap, out PolicyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_policy_id(PolicyHandle policy);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_explain(PolicyHandle policy, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_check(PolicyHandle policy, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_compact(PolicyHandle policy, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_diff(PolicyHandle policy, PolicyHandle other, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_channels(PolicyHandle policy, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_facts(PolicyHandle policy, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_policy_fact(PolicyHandle policy, NativeText name, out uint slot, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_policy_free(IntPtr policy);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_new(PolicyHandle policy, out FactsHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_set_bool(FactsHandle facts, uint slot, [MarshalAs(UnmanagedType.I1)] bool value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_set_int(FactsHandle facts, uint slot, long value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_set_float(FactsHandle facts, uint slot, double value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_set_str(FactsHandle facts, uint slot, NativeText value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_set_date(FactsHandle facts, uint slot, int days, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_set_instant(FactsHandle facts, uint slot, long micros, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_set_null(FactsHandle facts, uint slot, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_facts_clear(FactsHandle facts, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_facts_free(IntPtr facts);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_from_table(TableHandle table, NativeText key, out PopulationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_read(NativeText path, NativeText key, IntPtr options, out PopulationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_population_len(PopulationHandle people);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_population_key(PopulationHandle people);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_schema(PopulationHandle people, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_table(PopulationHandle people, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_rejected(PopulationHandle people, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_row(PopulationHandle people, NativeText key, out RecordHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_upsert(PopulationHandle people, TableHandle rows, out PopulationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_with_facts(PopulationHandle people, IntPtr facts, out PopulationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_population_free(IntPtr people);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_run(NativeText path, NativeText asOf, IntPtr run, out TextHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_provider_new(ViewHandle view, PopulationHandle people, NativeText mapping, out ProviderHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_provider_read(ViewHandle view, PopulationHandle people, NativeText path, out ProviderHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_provider_answer(ProviderHandle provider, NativeText request, IntPtr tokens, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_provider_free(IntPtr provider);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_new(out RecordHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_null(RecordHandle record, NativeText name, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_bool(RecordHandle record, NativeText name, [MarshalAs(UnmanagedType.I1)] bool value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_int(RecordHandle record, NativeText name, long value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_float(RecordHandle record, NativeText name, double value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_decimal(RecordHandle record, NativeText name, NativeText value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_str(RecordHandle record, NativeText name, NativeText value, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_date(RecordHandle record, NativeText name, int days, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_set_instant(RecordHandle record, NativeText name, long micros, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_len(RecordHandle record, out UIntPtr result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_name(RecordHandle record, UIntPtr index, out NativeText result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_type(RecordHandle record, NativeText name, out uint result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_get_bool(RecordHandle record, NativeText name, out byte result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_get_int(RecordHandle record, NativeText name, out long result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_get_float(RecordHandle record, NativeText name, out double result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_get_decimal(RecordHandle record, NativeText name, out TextHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_get_str(RecordHandle record, NativeText name, out NativeText result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_get_date(RecordHandle record, NativeText name, out int result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_record_get_instant(RecordHandle record, NativeText name, out long result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_record_free(IntPtr record);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_date_parse(NativeText text, out int result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_instant_parse(NativeText text, NativeText timeZone, out long result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_segment_book_rule(SegmentBookHandle book, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_segment_book_description(SegmentBookHandle book, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_segment_book_owner(SegmentBookHandle book, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_segment_book_review_by(SegmentBookHandle book, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_due_for_review(SegmentBookHandle book, NativeText date, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_with_places(SegmentBookHandle book, NativeText name, IntPtr latitudes, IntPtr longitudes, UIntPtr len, out SegmentBookHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_to_json(SegmentBookHandle book, out TextHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_from_json(NativeText json, out SegmentBookHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_to_sql(SegmentBookHandle book, NativeText dialect, PopulationHandle people, NativeText asOf, NativeText timeZone, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_memory_needed(SegmentBookHandle book, PopulationHandle people, IntPtr run, out ulong result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_rectify(LedgerHandle ledger, ulong eventId, IntPtr corrected, out ulong id, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_merge(LedgerHandle ledger, NativeText citizen, NativeText other, NativeText at, NativeText actor, out ulong id, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_unmerge(LedgerHandle ledger, NativeText citizen, NativeText other, NativeText at, NativeText actor, out ulong id, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_subject_access(LedgerHandle ledger, NativeText citizen, NativeText at, PopulationHandle people, SegmentBookHandle book, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_receipt(LedgerHandle ledger, ulong eventId, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_root(LedgerHandle ledger, out ulong size, out TextHandle root, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_ledger_prove(LedgerHandle ledger, ulong eventId, ulong size, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_verify_proof(NativeText proof, ulong size, NativeText root, out ulong eventId, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_cancel_new(out CancelHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_cancel_set(CancelHandle cancel);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.I1)]
        internal static extern bool citx_cancel_is_set(CancelHandle cancel);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_cancel_free(IntPtr cancel);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_draw(PopulationHandle people, ulong n, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_response_rates(TableHandle dispositions, NativeText code, NativeText count, IntPtr eligible, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_coverage(TableHandle answers, NativeText citizen, NativeText household, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_signal_gpc(IntPtr signal, NativeText header, IntPtr optOuts, out TableHandle result, out RecordHandle facts, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_signal_gpp(IntPtr signal, NativeText text, IntPtr optOuts, out TableHandle result, out RecordHandle facts, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_signal_tcf(IntPtr signal, NativeText text, NativePairs purposes, uint vendor, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_signal_one_click(IntPtr signal, NativeText address, NativeText purpose, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_signal_sms(IntPtr signal, NativeText message, NativeText purpose, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_signal_bounces(IntPtr signal, NativePairs history, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tcf_json(NativeText text, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_gpp_json(NativeText text, out TextHandle json, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_sms_reply(NativeText message, out TextHandle reply, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_one_click_headers(NativeText address, NativeText token, NativeText mailto, out TextHandle header, out TextHandle post, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_is_one_click(NativeText contentType, NativeText body, out byte result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_number_list_read(NativeText path, NativeText released, PolicyHandle policy, out NumberListHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_number_list_len(NumberListHandle list);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_number_list_free(IntPtr list);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_address_list_read(NativeText path, NativeText released, NativeTexts address, NativeText surname, NativeText postcode, out AddressListHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_address_list_len(AddressListHandle list);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_address_list_unread(AddressListHandle list);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_address_list_free(IntPtr list);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_screen_calls(PopulationHandle people, NumberListHandle tps, NumberListHandle ctps, TableHandle previous, PolicyHandle policy, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_screen_post(PopulationHandle people, AddressListHandle mps, NativeTexts address, NativeText surname, NativeText postcode, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_population_with_screening(PopulationHandle people, TableHandle screening, out PopulationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_preferences_read(NativeText path, NativeText mapping, NativeText at, NativeText timeZone, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_evaluate_with(SegmentBookHandle book, PopulationHandle people, NativeText asOf, NativeText timeZone, IntPtr sources, IntPtr run, out MembershipHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_explain_plan(SegmentBookHandle book, PopulationHandle people, NativeText asOf, NativeText timeZone, IntPtr sources, IntPtr run, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_match_with(SegmentBookHandle book, RecordHandle record, NativeText asOf, NativeText timeZone, IntPtr sources, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_segment_book_explain_with(SegmentBookHandle book, NativeText name, RecordHandle record, NativeText asOf, NativeText timeZone, IntPtr sources, out ExplanationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_membership_explain(MembershipHandle membership, NativeText name, NativeText key, IntPtr sources, out ExplanationHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_from_table(TableHandle table, IntPtr options, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_from_counts(TableHandle table, IntPtr options, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_with_population(SurveyHandle survey, PopulationHandle people, MembershipHandle membership, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_replicated(SurveyHandle survey, NativeText kind, UIntPtr replicates, ulong seed, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_with_replicate_weights(SurveyHandle survey, IntPtr options, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_survey_free(IntPtr survey);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_table_import_stream(IntPtr stream, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_table_import_array(IntPtr array, IntPtr schema, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_table_export_stream(TableHandle table, IntPtr result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_table_read(NativeText path, NativeTexts text, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_table_write_csv(TableHandle table, NativeText path, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_table_write_parquet(TableHandle table, NativeText path, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_table_num_rows(TableHandle table);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_table_num_columns(TableHandle table);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_table_column_name(TableHandle table, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_table_row(TableHandle table, UIntPtr index, out RecordHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_table_free(IntPtr table);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_test_mean(SurveyHandle survey, NativeText column, double mean, double level, out TestHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_test(SurveyHandle survey, NativeText column, NativeText by, double level, out TestHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_chi_squared(SurveyHandle survey, NativeText rows, NativeText columns, NativeText statistic, out TestHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_statistic(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_df(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_df_denominator(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_p_value(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_difference(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_std_error(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_ci_low(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_ci_high(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_test_level(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_test_n(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_test_num_groups(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_test_group(TestHandle test, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_test_method(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_test_num_warnings(TestHandle test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_test_warning(TestHandle test, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_test_free(IntPtr test);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_text_str(TextHandle text);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_text_free(IntPtr text);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr citx_names_len(NamesHandle names);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_names_get(NamesHandle names, UIntPtr index);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_names_free(IntPtr names);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_new(NativePerceptionParts parts, ManagementHandle management, IntPtr options, out TsmReturnHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_measures(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_samples(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_methods(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_answer_counts(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_representativeness(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_characteristics(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_weighting(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_summary_of_approach(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_warnings(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_management(TsmReturnHandle made, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_summary_markdown(TsmReturnHandle made, out TextHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_return_write(TsmReturnHandle made, NativeText path, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_tsm_return_free(IntPtr made);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_representativeness(SurveyHandle survey, TableHandle population, NativeText measure, out RepresentativenessHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_representativeness_categories(RepresentativenessHandle found, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_representativeness_characteristics(RepresentativenessHandle found, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_representativeness_free(IntPtr found);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_summary_of_approach(SurveyHandle survey, NativePairs approach, out SummaryOfApproachHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_summary_of_approach_table(SummaryOfApproachHandle summary, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_summary_of_approach_missing(SummaryOfApproachHandle summary, out NamesHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_summary_of_approach_markdown(SummaryOfApproachHandle summary, out TextHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_summary_of_approach_free(IntPtr summary);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_release_read(NativeText path, out TsmReleaseHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_release_returns(TsmReleaseHandle release, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_release_counts(TsmReleaseHandle release, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_release_published(TsmReleaseHandle release, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_release_methods(TsmReleaseHandle release, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_release_filters(TsmReleaseHandle release, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_release_unweighted(TsmReleaseHandle release, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_tsm_release_management(TsmReleaseHandle release, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_tsm_release_free(IntPtr release);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_uplift(TableHandle table, IntPtr options, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_abi_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_test_panic(RecordHandle record, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_view_from_events(TableHandle events, PolicyHandle policy, NativeText asOf, out ViewHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_view_decide(ViewHandle view, IntPtr question, out DecisionHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_view_mask(ViewHandle view, PopulationHandle people, NativeText purpose, NativeText channel, IntPtr run, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_view_bind(ViewHandle view, PopulationHandle people, IntPtr run, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_view_decide_many(ViewHandle view, PopulationHandle people, NativeText purpose, NativeText channel, IntPtr run, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_view_free(IntPtr view);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_post_stratify(SurveyHandle survey, IntPtr margin, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_rake(SurveyHandle survey, NativeMargins margins, IntPtr options, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_calibrate(SurveyHandle survey, IntPtr options, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_trim(SurveyHandle survey, IntPtr options, out SurveyHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_weights(SurveyHandle survey, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_survey_weighting(SurveyHandle survey, out WeightingHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern NativeText citx_weighting_method(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_weighting_iterations(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_gap(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint citx_weighting_margins(WeightingHandle weighting, out TableHandle result, out IntPtr err);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_weighting_n(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_n_eff_before(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_n_eff(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_deff_before(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_deff(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_efficiency(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_smallest(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_largest(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_factor_low(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern double citx_weighting_factor_high(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ulong citx_weighting_trimmed(WeightingHandle weighting);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void citx_weighting_free(IntPtr weighting);
    }
}
