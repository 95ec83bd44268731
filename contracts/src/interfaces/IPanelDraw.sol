// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Which panel decides a case.
enum Panel {
    NAMED, // the one named at deployment, or later by the governor
    AWAITED, // one that is to be drawn
    DRAWN
}

/// @title Who judges again what a committee has judged
/// @notice Draws an appeal panel from the oracles that are registered with the OracleStake, so that nobody chooses its
/// members:
///
/// - *Candidates* are the keys that had bondMin when the case was opened, and for ageS before; what anyone does later,
///   be it asking back, coming back or registering, changes nothing. Left out: keys of the job's committee and whatever else
///   their operators registered, the job's parties and the challenger, removed keys, and an operator's second key.
/// - *The seed* is of one block, delayBlocks after the one that opened the case: no earlier block knows it, and whoever
///   draws, and when, gets the same. The chain shows that block for as long as EIP-2935 says (8,191 blocks; 256 without).
///   With randao it is the beacon chain's RANDAO out of the block's header, which a block's builder cannot change (each
///   proposer before it can withhold a block, and so choose between two); without, the block's hash, which its validator
///   can change: for chains that have no RANDAO and whose validators are known.
/// - The seed puts all places in an order; the first `size` candidates are the panel. With fewer candidates there is
///   none.
///
/// One verdict has one draw, however often it is challenged; a later verdict of a metered job is drawn for anew.
///
/// `shown` shows a job to its settlement (IDisputable). Holds no money. Constructor: `PanelDraw(address court, address settlement, address oracleStake, address
/// committee, Params params)`.
interface IPanelDraw {
    /// @notice None ever changes.
    struct Params {
        /// @dev Members of a panel, 1 to 31.
        uint8 size;
        /// @dev From the opening to the block of the seed; > 0. Must be far less than half of the court's voteWindowS.
        uint32 delayBlocks;
        /// @dev Seconds for which a candidate had its stake: more than a job lasts, so that nobody registers for one.
        uint32 ageS;
        /// @dev Whether block headers carry a RANDAO.
        bool randao;
    }

    /// @notice What decides, beside the job, who is drawn for one verdict. Fixed when it is first challenged.
    struct Draw {
        uint64 anchor; // number of the block that gives the seed
        uint40 openedAt;
        uint40 challengeUntil; // names the verdict; 0: nothing was called for
        uint16 places; // of the OracleStake at the opening
        Panel panel; // what came of it
        address challenger; // the first
    }

    /// @notice A zero address where a contract is wanted.
    error ZeroAddress();
    /// @notice `what` names the parameter.
    error ParamOutOfRange(string what, uint256 got, uint256 min, uint256 max);
    /// @notice The block is not there yet, or the chain does not know it any more.
    error BlockUnknown(uint64 anchor);
    /// @notice Only the court.
    error NotCourt(address got, address want);
    /// @notice No panel of this job's waits to be drawn.
    error NothingToDraw(uint64 jobId);
    /// @notice The member was removed or punished since it was drawn.
    error MayNotVote(address member);

    /// @notice The panel is to be drawn once block `anchor` is over (IDisputeCourt.drawPanel).
    event PanelAwaited(uint64 indexed jobId, uint64 anchor, uint16 places);
    /// @notice No members: there were too few candidates.
    event PanelDrawn(uint64 indexed jobId, address[] members);

    function court() external view returns (address);
    function settlement() external view returns (address);
    function oracleStake() external view returns (address);
    function committee() external view returns (address);
    function params() external view returns (Params memory);

    /// @notice Whether the block is still to come, or the chain can still show it.
    function isReachable(uint64 anchor) external view returns (bool);

    /// @notice The draw for the job's last challenged verdict, and the members that it gave.
    function drawOf(uint64 jobId) external view returns (Draw memory made, address[] memory members);
    function membersOf(uint64 jobId) external view returns (address[] memory);

    /// @notice Candidates for a case that were opened now about a job of this epoch, of distinct operators.
    function candidates(uint64 epoch) external view returns (uint256);

    /// @notice Whom `draw` would draw, or nobody where there are fewer candidates than a panel needs.
    /// @param header RLP of the anchor's header; not read without randao
    function foresee(bytes calldata shown, bytes calldata header) external view returns (address[] memory members);

    /// @notice Calls for a panel. Only the court. Effects: a verdict that was challenged before keeps its panel, or its
    /// seed as long as the chain can show it. NAMED where fewer keys are registered than a panel needs.
    function summon(bytes calldata shown, address challenger) external returns (Panel panel);

    /// @notice Draws. Only the court. Effects: NAMED where there are too few candidates.
    function draw(bytes calldata shown, bytes calldata header) external returns (Panel panel);

    /// @notice Reverts where a drawn member may not vote: removed or punished.
    function requireAble(address member) external view;

    /// @notice Members of the job's panel whose bit is not in `spared` lose up to `penalty` of their stake. Only the
    /// court.
    function penalise(uint64 jobId, uint256 spared, uint96 penalty) external;
}
