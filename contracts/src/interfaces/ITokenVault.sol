// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment} from "./AssayTypes.sol";

/// @title The only contract that holds money
/// @notice One ERC-20 token, three modules (StakeManager, JobMarket, Settlement), one sub-ledger each, credits of
/// accounts, and what was burned. Money leaves the vault in one way only: an account withdraws its own credit. So a
/// receiver that the token refuses can stop nobody but himself.
///
/// Constructor: `TokenVault(address token, address stake, address market, address settlement)`. Nothing of it ever
/// changes.
///
/// @dev Invariant: sum of credits + sum of ledgers + burned ≤ token.balanceOf(vault), with equality unless somebody
/// sent tokens without being asked.
///
/// What we assume of the token. Breaks safety: a balance that falls without the vault's transfer (rebasing, seizure); a
/// receiveWithAuthorization that moves money without `from`'s signature. Breaks liveness: a token that pauses or
/// refuses the vault. A transfer that delivers less than asked is noticed and refused.
interface ITokenVault {
    /// @notice The caller is not one of the three modules.
    error NotModule(address got);
    /// @notice An account's credit is too small.
    error CreditTooSmall(address account, uint256 got, uint256 want);
    /// @notice A module's ledger is too small: a defect of the module.
    error LedgerTooSmall(address module, uint256 got, uint256 want);
    /// @notice The vault's balance did not grow by exactly what was to be received.
    error WrongAmountReceived(uint256 got, uint256 want);
    /// @notice An authorisation's signature must have 65 bytes.
    error WrongSignatureLength(uint256 got, uint256 want);
    /// @notice An amount of nothing.
    error NothingToMove();
    /// @notice A zero address where an account is wanted.
    error ZeroAddress();

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

    /// @notice Collects `amount` from `from` into the calling module's ledger by EIP-3009.
    /// The nonce is the EIP-712 digest of `structHash` in the domain of *the caller*, so a module can only ever use
    /// authorisations that were signed for a message of its own.
    /// Effects: ledger + amount. Requirements: called by a module; the token accepts; exactly amount arrives.
    function collect(bytes32 structHash, address from, uint256 amount, Payment calldata payment) external;

    /// @notice Takes `amount` of `account`'s credit into the calling module's ledger. The module answers for the
    /// account's consent.
    /// Effects: credit − amount, ledger + amount. Requirements: called by a module; credit ≥ amount.
    function takeCredit(address account, uint256 amount) external;

    /// @notice Gives `amount` of the calling module's ledger to `account` as credit.
    /// Effects: ledger − amount, credit + amount. Requirements: called by a module; ledger ≥ amount; account ≠ 0.
    function giveCredit(address account, uint256 amount) external;

    /// @notice Moves `amount` from the calling module's ledger to that of `to`.
    /// Effects: ledger − amount, ledger of to + amount. Requirements: caller and `to` are modules; ledger ≥ amount.
    function moveLedger(address to, uint256 amount) external;

    /// @notice Burns `amount` of the calling module's ledger.
    /// Effects: ledger − amount, burned + amount. Requirements: called by a module; ledger ≥ amount.
    function burn(uint256 amount) external;
}
