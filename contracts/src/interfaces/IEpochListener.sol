// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What a market does so that it need not ask, at every Accept, which committee answers for new jobs
interface IEpochListener {
    /// @notice New jobs take committee `epoch` from now on. Only the OracleCommittee may say so.
    /// @dev Called in the rotation's transaction. A listener that reverts stops the rotation: a market that went on with
    /// the old epoch would take jobs that nobody may report. Epoch 1 is not announced: whoever is wired from the
    /// beginning starts with it.
    function onEpoch(uint64 epoch) external;
}
