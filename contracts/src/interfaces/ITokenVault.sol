// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment} from "./AssayTypes.sol";

/// @notice A module may put money into its ledger only while it is ACTIVE. A RETIRED one takes nothing new from outside,
/// and everything it has still goes its way: a job ends on the modules with which it began.
enum ModuleState {
    NONE,
    PENDING, // announced; works from activeFrom on
    ACTIVE,
    RETIRED // for ever
}

/// @title The only contract that holds money
/// @notice One ERC-20 token; modules (StakeManager, JobMarket, Settlement and others) with one sub-ledger each; credits
/// of accounts; and what was burned. Money leaves the vault in one way only: an account withdraws its own credit. So a
/// receiver that the token refuses can stop nobody but himself.
///
/// A module may take anybody's credit, and answers for his consent. So a new one waits moduleDelayS from its
/// announcement, within which everybody can withdraw; only the governor announces.
///
/// Constructor: `TokenVault(address token, address governor, address permit2, address deposits, uint32 moduleDelayS,
/// address stake, address market, address settlement, address[] others)`: the modules of the first generation, active
/// at once; permit2 or deposits 0: no such lane.
///
/// @dev Invariant: sum of credits + sum of ledgers + burned ≤ token.balanceOf(vault), with equality unless somebody
/// sent tokens without being asked.
///
/// What we assume of the token. Breaks safety: a balance that falls without the vault's transfer (rebasing, seizure); a
/// receiveWithAuthorization that moves money without `from`'s signature. Breaks liveness: a token that pauses or
/// refuses the vault. A transfer that delivers less than asked is noticed and refused.
interface ITokenVault {
    /// @notice No module, or one whose time has not come.
    error NotModule(address got);
    /// @notice Only the governor announces and retires modules.
    error NotGovernor(address got, address want);
    /// @notice The module was announced before; a retired one never comes back.
    error ModuleKnown(address module);
    /// @notice A retired module takes nothing new from outside.
    error ModuleIsRetired(address module);
    /// @notice No such payment lane, or none on this chain.
    error UnsupportedLane(uint8 got);
    /// @notice Neither the permit nor an older approval covers the payment.
    error AllowanceTooSmall(address owner, uint256 got, uint256 want);
    /// @notice An account's credit is too small.
    error CreditTooSmall(address account, uint256 got, uint256 want);
    /// @notice A module's ledger is too small: a defect of the module.
    error LedgerTooSmall(address module, uint256 got, uint256 want);
    /// @notice The vault's balance did not grow by exactly what was to be received.
    error WrongAmountReceived(uint256 got, uint256 want);
    /// @notice A permit's signature has 65 bytes.
    error WrongSignatureLength(uint256 got, uint256 want);
    /// @notice An amount of nothing.
    error NothingToMove();
    /// @notice A zero address where an account is wanted.
    error ZeroAddress();

    /// @notice A module was announced; it works from activeFrom on.
    event ModuleAdded(address indexed module, uint40 activeFrom);
    event ModuleRetired(address indexed module);
    /// @notice Tokens came in for an account's credit.
    event Deposited(address indexed account, uint256 amount);
    /// @notice An account took `amount` of its credit out, to `to`.
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    /// @notice Tokens came in from `from` straight into a module's ledger; `nonce` is the EIP-712 digest that bound
    /// them.
    event Collected(address indexed module, address indexed from, bytes32 indexed nonce, uint256 amount);
    /// @notice Credit became a module's.
    event CreditTaken(address indexed module, address indexed account, uint256 amount);
    /// @notice A module's money became credit.
    event CreditGiven(address indexed module, address indexed account, uint256 amount);
    /// @notice Money went from one module's ledger to another's.
    event LedgerMoved(address indexed from, address indexed to, uint256 amount);
    /// @notice A module's money was made unusable for ever.
    event Burned(address indexed module, uint256 amount);

    function token() external view returns (address);
    function stake() external view returns (address);
    function market() external view returns (address);
    function settlement() external view returns (address);
    /// @notice Announces and retires modules. Cannot touch money.
    function governor() external view returns (address);
    /// @notice Permit2's address; 0: lane 2 is refused.
    function permit2() external view returns (address);
    /// @notice The DepositFactory; 0: lane 4 is refused.
    function deposits() external view returns (address);
    /// @notice Seconds from a module's announcement until it works.
    function moduleDelayS() external view returns (uint32);
    function moduleOf(address module) external view returns (ModuleState state, uint40 activeFrom);

    /// @notice What `account` may withdraw.
    function creditOf(address account) external view returns (uint256);
    /// @notice What `module` answers for.
    function ledgerOf(address module) external view returns (uint256);
    /// @notice What can never leave.
    function burned() external view returns (uint256);
    /// @notice The vault's own EIP-712 domain (name Assay, version 1).
    function domainSeparator() external view returns (bytes32);

    /// @notice Credits the caller with `amount` of tokens that he approved.
    /// Effects: credit + amount. Requirements: amount > 0; exactly amount arrives.
    function deposit(uint256 amount) external;

    /// @notice Credits `account` with its own money, on its EIP-3009 signature. Anyone may submit it.
    /// The authorisation's nonce is the digest of CreditDeposit(account, amount, salt) in the vault's domain; so an
    /// authorisation that pays an Order can never be diverted to here.
    /// Effects: credit + amount. Requirements: the token accepts the authorisation; exactly amount arrives.
    function depositWithAuthorization(address account, uint96 amount, uint64 salt, Payment calldata payment) external;

    /// @notice Pays `amount` of the caller's credit out to `to`. Never paused.
    /// Effects: credit − amount. Requirements: amount > 0, to ≠ 0, credit ≥ amount.
    function withdraw(address to, uint256 amount) external;

    /// @notice Announces a module. Effects: PENDING, ACTIVE from now + moduleDelayS on. Only the governor.
    function addModule(address module) external;

    /// @notice Effects: RETIRED, for ever. Only the governor.
    function retireModule(address module) external;

    /// @notice Collects `amount` from `from` into the calling module's ledger.
    /// The digest is the EIP-712 digest of `structHash` in the domain of *the caller*, so a module can only ever use
    /// what was signed for a message of its own.
    ///
    /// | lane | payment | who is asked |
    /// | --- | --- | --- |
    /// | 1 EIP3009 | validAfter, validBefore; 65 bytes r‖s‖v, any other length is an ERC-1271 wallet's | the token's
    /// receiveWithAuthorization, nonce = digest |
    /// | 2 PERMIT2 | validBefore = Permit2's deadline; signature of any length | permitWitnessTransferFrom, nonce =
    /// digest, witness = structHash, which must be an Order's |
    /// | 3 EIP2612 | validBefore = the permit's deadline; 65 bytes of the permit, then whatever the module wants | the
    /// token's permit, whose failure is no error, then its allowance. Binds nothing: the module has checked `from`'s
    /// signature over the message |
    /// | 4 DEPOSIT | validBefore = refundableAt | the DepositFactory: what waits at addressOf(digest, from,
    /// refundableAt) |
    ///
    /// Effects: ledger + amount. Requirements: called by an ACTIVE module; exactly amount arrives.
    function collect(uint8 lane, bytes32 structHash, address from, uint256 amount, Payment calldata payment) external;

    /// @notice Takes `amount` of `account`'s credit into the calling module's ledger. The module answers for the
    /// account's consent.
    /// Effects: credit − amount, ledger + amount. Requirements: called by an ACTIVE module, or by a retired one for its own
    /// credit; credit ≥ amount.
    function takeCredit(address account, uint256 amount) external;

    /// @notice Gives `amount` of the calling module's ledger to `account` as credit.
    /// Effects: ledger − amount, credit + amount. Requirements: called by a module; ledger ≥ amount; account ≠ 0.
    function giveCredit(address account, uint256 amount) external;

    /// @notice Moves `amount` from the calling module's ledger to that of `to`.
    /// Effects: ledger − amount, ledger of to + amount. Requirements: caller and `to` are modules, retired or not; ledger ≥ amount.
    function moveLedger(address to, uint256 amount) external;

    /// @notice Burns `amount` of the calling module's ledger.
    /// Effects: ledger − amount, burned + amount. Requirements: called by a module; ledger ≥ amount.
    function burn(uint256 amount) external;
}
