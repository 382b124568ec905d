// Written by tools/native_methods.py from include/citx.h: do not edit.

using System;
using Microsoft.Win32.SafeHandles;

namespace Citx.Native
{
    /// <summary>Owns a `citx_audience`.</summary>
    internal sealed class AudienceHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public AudienceHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_audience_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_segment_book`.</summary>
    internal sealed class SegmentBookHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public SegmentBookHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_segment_book_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_explanation`.</summary>
    internal sealed class ExplanationHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ExplanationHandle()
            : base(true)
        {
        }

        internal ExplanationHandle(IntPtr pointer, bool owned)
            : base(owned)
        {
            SetHandle(pointer);
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_explanation_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_bytes`.</summary>
    internal sealed class BytesHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public BytesHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_bytes_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_changes`.</summary>
    internal sealed class ChangesHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ChangesHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_changes_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_comparison`.</summary>
    internal sealed class ComparisonHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ComparisonHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_comparison_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_trend`.</summary>
    internal sealed class TrendHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public TrendHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_trend_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_column_letters`.</summary>
    internal sealed class ColumnLettersHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ColumnLettersHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_column_letters_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_decision`.</summary>
    internal sealed class DecisionHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public DecisionHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_decision_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_diff`.</summary>
    internal sealed class DiffHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public DiffHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_diff_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_disclosure_rule`.</summary>
    internal sealed class DisclosureRuleHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public DisclosureRuleHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_disclosure_rule_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_table_list`.</summary>
    internal sealed class TableListHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public TableListHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_table_list_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_drivers`.</summary>
    internal sealed class DriversHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public DriversHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_drivers_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_error`.</summary>
    internal sealed class ErrorHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ErrorHandle()
            : base(true)
        {
        }

        internal ErrorHandle(IntPtr pointer, bool owned)
            : base(owned)
        {
            SetHandle(pointer);
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_error_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_estimate`.</summary>
    internal sealed class EstimateHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public EstimateHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_estimate_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_estimates`.</summary>
    internal sealed class EstimatesHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public EstimatesHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_estimates_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_events`.</summary>
    internal sealed class EventsHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public EventsHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_events_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_index`.</summary>
    internal sealed class IndexHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public IndexHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_index_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_instrument`.</summary>
    internal sealed class InstrumentHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public InstrumentHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_instrument_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_benchmark`.</summary>
    internal sealed class BenchmarkHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public BenchmarkHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_benchmark_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_counted`.</summary>
    internal sealed class CountedHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public CountedHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_counted_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_ledger`.</summary>
    internal sealed class LedgerHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public LedgerHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_ledger_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_list`.</summary>
    internal sealed class ListHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ListHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_list_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_live`.</summary>
    internal sealed class LiveHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public LiveHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_live_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_management`.</summary>
    internal sealed class ManagementHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ManagementHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_management_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_membership`.</summary>
    internal sealed class MembershipHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public MembershipHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_membership_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_segment`.</summary>
    internal sealed class SegmentHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public SegmentHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_segment_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_policy`.</summary>
    internal sealed class PolicyHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public PolicyHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_policy_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_facts`.</summary>
    internal sealed class FactsHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public FactsHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_facts_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_population`.</summary>
    internal sealed class PopulationHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public PopulationHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_population_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_provider`.</summary>
    internal sealed class ProviderHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ProviderHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_provider_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_record`.</summary>
    internal sealed class RecordHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public RecordHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_record_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_cancel`.</summary>
    internal sealed class CancelHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public CancelHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_cancel_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_number_list`.</summary>
    internal sealed class NumberListHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public NumberListHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_number_list_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_address_list`.</summary>
    internal sealed class AddressListHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public AddressListHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_address_list_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_survey`.</summary>
    internal sealed class SurveyHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public SurveyHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_survey_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_table`.</summary>
    internal sealed class TableHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public TableHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_table_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_test`.</summary>
    internal sealed class TestHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public TestHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_test_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_text`.</summary>
    internal sealed class TextHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public TextHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_text_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_names`.</summary>
    internal sealed class NamesHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public NamesHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_names_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_tsm_return`.</summary>
    internal sealed class TsmReturnHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public TsmReturnHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_tsm_return_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_representativeness`.</summary>
    internal sealed class RepresentativenessHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public RepresentativenessHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_representativeness_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_summary_of_approach`.</summary>
    internal sealed class SummaryOfApproachHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public SummaryOfApproachHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_summary_of_approach_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_tsm_release`.</summary>
    internal sealed class TsmReleaseHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public TsmReleaseHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_tsm_release_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_view`.</summary>
    internal sealed class ViewHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public ViewHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_view_free(handle);
            return true;
        }
    }

    /// <summary>Owns a `citx_weighting`.</summary>
    internal sealed class WeightingHandle : SafeHandleZeroOrMinusOneIsInvalid
    {
        public WeightingHandle()
            : base(true)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.citx_weighting_free(handle);
            return true;
        }
    }
}
