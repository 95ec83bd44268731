// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Where fees go
/// @notice Settlement credits this contract with every report's fees. `route` splits what has come together among the
/// oracles' pay, insurance and the treasury, and counts it: fees that went through here came off verified units and can
/// never come back, and RewardDistributor emits no more than a part of them.
///
/// A module of the vault. Constructor: `FeeRouter(address vault, address governor, address oraclePay, address insurance,
/// address treasury, uint32 epochS, Split split)`.
interface IFeeRouter {
    /// @notice Shares in 1/10,000, together 10,000.
    struct Split {
        uint16 oracleBps; // at least ORACLE_BPS_MIN
        uint16 insuranceBps;
        uint16 treasuryBps; // at most TREASURY_BPS_MAX
    }

    /// @notice Only the governor sets the split.
    error NotGovernor(address got, address want);
    /// @notice A zero address where a receiver is wanted.
    error ZeroAddress();
    /// @notice An epoch has a length.
    error ZeroEpoch();
    /// @notice The shares together are not 10,000.
    error WrongSum(uint256 got, uint256 want);
    /// @notice A share outside of its constant bounds, in 1/10,000.
    error ShareOutOfRange(string what, uint16 got, uint16 min, uint16 max);
    /// @notice No fees have come since the last time.
    error NothingToRoute();

    event FeesRouted(uint64 indexed epoch, uint256 toOracles, uint256 toInsurance, uint256 toTreasury);
    event SplitSet(uint16 oracleBps, uint16 insuranceBps, uint16 treasuryBps);

    function vault() external view returns (address);
    function governor() external view returns (address);
    /// @notice Whose vault credit the oracles' part becomes.
    function oraclePay() external view returns (address);
    function insurance() external view returns (address);
    function treasury() external view returns (address);
    /// @notice Length of an epoch in seconds; epoch = now / epochS.
    function epochS() external view returns (uint32);
    function currentEpoch() external view returns (uint64);
    function split() external view returns (Split memory);
    /// @notice Fees routed within an epoch; final once it is over.
    function feesOf(uint64 epoch) external view returns (uint256);

    /// @notice Splits all credit of this contract. Anyone. What rounding leaves is insurance's. Requirements: there is
    /// some.
    function route() external returns (uint256 amount);

    /// @notice For what is routed from now on. Only the governor.
    function setSplit(Split calldata split_) external;
}
